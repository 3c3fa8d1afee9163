/** Where a command writes text. */
export interface TextOutput {
  write(text: string): unknown
  readonly isTTY?: boolean | undefined
}

/** What a command line sees of the world, given from outside so that a test can be the world. */
export interface Io {
  readonly stdout: TextOutput
  readonly stderr: TextOutput
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
}

/** A command tells its exit code here; it never ends the process itself. */
export type Exit = (code: number) => void
