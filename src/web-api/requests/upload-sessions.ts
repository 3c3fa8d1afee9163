/** Chunked uploads that have begun, by their token; those nobody ends are forgotten, the oldest first. */
export class UploadSessions {
  readonly #sessions = new Map<string, Upload>()

  begin(token: string, upload: Upload): void {
    if (this.#sessions.size >= MAX_SESSIONS) {
      const [oldest] = this.#sessions.keys()
      if (oldest !== undefined) this.#sessions.delete(oldest)
    }
    this.#sessions.set(token, upload)
  }

  get(token: string): Upload | undefined {
    return this.#sessions.get(token)
  }

  /** Kept as ended, for the empty chunk that some clients send behind the last one. */
  end(token: string): void {
    const upload = this.#sessions.get(token)
    if (upload !== undefined) {
      this.#sessions.set(token, { fileName: upload.fileName, chunks: new Map(), isEnded: true })
    }
  }
}

const MAX_SESSIONS = 100

export interface Upload {
  readonly fileName: string
  /** Those that are there, by their offset. They may come side by side, and again. */
  readonly chunks: Map<number, Chunk>
  readonly isEnded?: boolean
}

export interface Chunk {
  readonly blockId: string
  readonly length: number
}
