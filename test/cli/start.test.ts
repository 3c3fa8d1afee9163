import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { Agent, request, type IncomingHttpHeaders } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const ROOT = join(__dirname, '..', '..')
const MAIN = join(ROOT, 'dist', 'cli', 'main.js')

/** How long something may take to be printed. */
const PATIENCE_MS = 20_000

/** A command in a process of its own, and what it printed. */
class Running {
  out = ''
  err = ''
  readonly ended: Promise<number | null>
  readonly #process: ChildProcess
  #hasEnded = false
  readonly #waiting = new Set<() => void>()

  constructor(argv: readonly string[], cwd = ROOT, env: NodeJS.ProcessEnv = {}) {
    // A PORT of whoever runs the tests says nothing here.
    this.#process = spawn(process.execPath, [MAIN, ...argv], {
      cwd,
      env: { ...process.env, PORT: '', ...env },
    })
    this.#process.stdout?.on('data', (chunk) => {
      this.out += String(chunk)
      this.#wake()
    })
    this.#process.stderr?.on('data', (chunk) => {
      this.err += String(chunk)
      this.#wake()
    })
    this.ended = new Promise((resolve) => this.#process.once('close', resolve))
    void this.ended.then(() => {
      this.#hasEnded = true
      this.#wake()
    })
    started.add(this)
  }

  /** The first match in what is printed, now or soon. */
  printed(pattern: RegExp): Promise<RegExpExecArray> {
    return this.#matched(pattern, () => this.out)
  }

  /** The same of what is said to be wrong. */
  complained(pattern: RegExp): Promise<RegExpExecArray> {
    return this.#matched(pattern, () => this.err)
  }

  async #matched(pattern: RegExp, text: () => string): Promise<RegExpExecArray> {
    const timer = setTimeout(() => this.signal('SIGKILL'), PATIENCE_MS)
    try {
      for (;;) {
        const match = pattern.exec(text())
        if (match !== null) return match
        if (this.#hasEnded) throw new TypeError(`${pattern} is not in:\n${this.out}${this.err}`)
        await new Promise<void>((resolve) => this.#waiting.add(resolve))
      }
    } finally {
      clearTimeout(timer)
    }
  }

  signal(signal: NodeJS.Signals): void {
    this.#process.kill(signal)
  }

  #wake(): void {
    for (const wake of this.#waiting) wake()
    this.#waiting.clear()
  }
}

const started = new Set<Running>()
afterEach(async () => {
  for (const running of started) running.signal('SIGKILL')
  await Promise.all([...started].map((running) => running.ended))
  started.clear()
})

const start = (...argv: string[]) => new Running(['start', '--port', '0', ...argv])

async function addressOf(running: Running): Promise<string> {
  const [, address = ''] = await running.printed(/^Web API {2}(http:\S+)$/m)
  await running.printed(/Ctrl-C ends\.$/m)
  return address
}

interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

interface Sending {
  readonly method?: string
  readonly headers?: Record<string, string>
  readonly body?: string
  readonly agent?: Agent
}

function send(url: string, { body, ...options }: Sending = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(url, options, (response) => {
      let text = ''
      response.on('data', (chunk) => (text += String(chunk)))
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
      )
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

const post = (url: string, body: object) =>
  send(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  })

/** What curl would send for a printed line. */
function curl(line: string): Promise<Answer> {
  const [, ...words] = [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, a, b]) => a ?? b ?? '')
  const after = (option: string) => words.flatMap((w, i) => (words[i - 1] === option ? [w] : []))
  const url = words.find((word) => word.startsWith('http:')) ?? ''
  const [body] = after('-d')
  const headers = Object.fromEntries(after('-H').map((header) => header.split(': ')))
  return send(url, body === undefined ? { headers } : { method: 'POST', headers, body })
}

/** An Update; without If-Match it would be an Upsert. */
const patch = (url: string, values: object): Promise<Answer> =>
  send(url, {
    method: 'PATCH',
    headers: { 'Content-Type': 'application/json', 'If-Match': '*' },
    body: JSON.stringify(values),
  })

const built = existsSync(MAIN) ? describe : describe.skip
jest.setTimeout(30_000)

built('start, from dist/cli/main.js', () => {
  test('own tables come first, the others in a line; then the steps of the handlers', async () => {
    const running = start()
    await addressOf(running)

    expect(running.out).toMatch(/^exchangesyncidmapping +exchangesyncidmappings +24$/m)
    expect(running.out).toMatch(/^Built in, \d+: account, .*, usersettings$/m)
    expect(running.out).not.toMatch(/^account /m)
    expect(running.out).toMatch(/^Update +exchangesyncidmapping .* SyncRetryPolicy\.countFailure /m)
  })

  test('the two lines to try work as they are printed, and show what they set off', async () => {
    const running = start()
    await addressOf(running)
    const [create = '', read = ''] = running.out.match(/^ {2}curl .*$/gm) ?? []

    const made = await curl(create.trim())
    const found = await curl(read.trim())

    expect(made.status).toBe(204)
    expect(found.status).toBe(200)
    expect(JSON.parse(found.text)).toMatchObject({ value: [{ retries: 0 }] })
    await running.printed(
      /^POST \S+ → 204 {2}\S+ ms\n {2}Create exchangesyncidmapping .* ms\n {4}20 PreOperation SyncRetryPolicy\.startAtZero {2}\S+ ms$/m,
    )
    await running.printed(/^GET \S+\?\$top=3 → 200 {2}\S+ ms\n {2}RetrieveMultiple /m)
  })

  test('an update a handler refuses is answered with 400, told with ✗, and not written', async () => {
    const running = start()
    await addressOf(running)
    const [create = ''] = running.out.match(/^ {2}curl .*$/m) ?? []
    const row = String((await curl(create.trim())).headers['odata-entityid'])
    for (let failure = 1; failure <= 5; failure++) {
      expect((await patch(row, { lastsyncerrorcode: failure })).status).toBe(204)
    }

    const refused = await patch(row, { lastsyncerrorcode: 6 })

    expect(refused.status).toBe(400)
    expect(refused.text).toContain('failed to synchronize 6 times; 5 are allowed.')
    await running.printed(
      /^PATCH \S+ → ✗ 400 .*\n {2}✗ Update exchangesyncidmapping .*\n {4}✗ 20 PreOperation SyncRetryPolicy\.countFailure .*\n {6}HANDLER_REJECTED: .* 6 times/m,
    )
    expect(JSON.parse((await send(row)).text)).toMatchObject({ lastsyncerrorcode: 5, retries: 5 })
  })

  test('Ctrl-C ends it with code 0, whatever connections are open', async () => {
    const running = start()
    const { port } = new URL(await addressOf(running))
    const agent = new Agent({ keepAlive: true })
    await send(`http://127.0.0.1:${port}/api/data/v9.2/WhoAmI`, { agent })
    const silent = connect(Number(port), '127.0.0.1')
    await new Promise((resolve) => silent.once('connect', resolve))

    running.signal('SIGINT')

    expect(await running.ended).toBe(0)
    expect(running.out).toMatch(/\nEnded\.\n$/)
    expect(running.err).toBe('')
    agent.destroy()
    silent.destroy()
  })

  test('a port that is in use is refused with PORT_BUSY and code 1', async () => {
    const first = start()
    const { port } = new URL(await addressOf(first))

    const second = new Running(['start'], ROOT, { PORT: port })

    expect(await second.ended).toBe(1)
    expect(second.err).toBe(
      `PORT_BUSY: Port ${port} on 127.0.0.1 is in use; stop what listens there or choose another port.\n`,
    )
    expect(second.out).toBe('')
  })

  test('an address others can reach is refused without --auth, with code 2', async () => {
    const running = start('--host', '0.0.0.0')

    expect(await running.ended).toBe(2)
    expect(running.err).toMatch(
      /^error: '0\.0\.0\.0' can be reached from other machines; add --auth/,
    )
    expect(running.out).toBe('')
  })

  test('with --auth the printed lines for a shell get a token and use it', async () => {
    const running = start('--host', '0.0.0.0', '--auth')
    await running.printed(/Ctrl-C ends/)
    const [, token = '', create = ''] = /^ {2}(TOKEN=.*)\n {2}(curl .*)$/m.exec(running.out) ?? []
    const { stdout } = await promisify(execFile)('sh', ['-c', `${token}\n${create}`])
    const [withoutToken = ''] = create.split(' -H "Authorization')
    const refused = await promisify(execFile)('sh', ['-c', withoutToken])

    expect(stdout).toMatch(/^HTTP\/1\.1 204 /)
    expect(refused.stdout).toMatch(/^HTTP\/1\.1 401 /)
    expect(refused.stdout).toContain('WWW-Authenticate: Bearer authorization_uri=http://')
  })

  test('a PORT that is none is refused with code 2', async () => {
    const running = new Running(['start'], ROOT, { PORT: 'http' })

    expect(await running.ended).toBe(2)
    expect(running.err).toBe(`error: PORT is 'http'; give a number from 0 to 65535.\n`)
  })
})

built('start, from dist/cli/main.js, in a folder of its own', () => {
  const SCHEMAS = ['--schemas', join(ROOT, 'schemas')]
  let cwd = ''
  beforeEach(() => {
    cwd = mkdtempSync(join(tmpdir(), 'start-'))
  })
  afterEach(() => rmSync(cwd, { recursive: true, force: true }))

  function handlers(text: string): void {
    mkdirSync(join(cwd, 'handlers'))
    writeFileSync(join(cwd, 'handlers', 'orders.ts'), text)
  }
  const startHere = (...argv: string[]) => new Running(['start', '--port', '0', ...argv], cwd)
  async function refused(...argv: string[]): Promise<string> {
    const running = startHere(...argv)
    expect(await running.ended).toBe(1)
    expect(running.out).toBe('')
    return running.err
  }

  test('what is missing is said; what import --platform writes is enough', async () => {
    expect(await refused()).toBe(
      `SCHEMA_INVALID: There is no folder schemas, where the tables are. Run 'npx dataverse-handlers import --platform --out schemas' to begin with the built-in ones, or name another folder with --schemas.\n`,
    )
    expect(await new Running(['import', '--platform', '--out', 'schemas'], cwd).ended).toBe(0)

    const running = startHere()
    await addressOf(running)

    const [create = ''] = running.out.match(/^ {2}curl .*$/m) ?? []
    expect((await curl(create.trim())).status).toBe(204)
    expect(running.out).toMatch(/^Steps, in pipeline order\n\nnone$/m)
  })

  test('a folder of handlers that was named has to be there', async () => {
    expect(await refused(...SCHEMAS, '--handlers', 'nowhere')).toMatch(
      /^HANDLERS_UNREADABLE: .*nowhere cannot be read\.\n$/,
    )
  })

  test('a handler that does not compile is named with its line', async () => {
    handlers('const a = 1\nconst b = ;\n')

    expect(await refused(...SCHEMAS)).toMatch(
      /^HANDLERS_UNREADABLE: handlers\/orders\.ts:2:11: Unexpected ";"\n$/,
    )
  })

  test('a handler that throws while it is loaded is named with its line', async () => {
    handlers('interface Nothing {}\n\nexport const a = (undefined as any).b\n')

    expect(await refused(...SCHEMAS)).toMatch(
      /^HANDLERS_UNREADABLE: handlers\/orders\.ts:3:\d+: TypeError: .*'b'\)\n$/,
    )
  })

  test('a step on a column that is not there is refused by name', async () => {
    handlers(`
      import { Handler, PreOperation } from 'dataverse-handlers'
      @Handler('account')
      export class Orders {
        @PreOperation('Update', { columns: ['nmae'] })
        check() {}
      }
    `)

    expect(await refused(...SCHEMAS)).toMatch(/^STEP_COLUMN_UNKNOWN: Orders\.check .*'nmae'/)
  })

  test('rows to begin with are seeded once; --data keeps what came of them', async () => {
    writeFileSync(join(cwd, 'account.json'), '[{ "name": "Seeded" }]')
    const options = [...SCHEMAS, '--data', 'org.jsonl', '--seed', 'account.json']
    const first = startHere(...options)
    const url = await addressOf(first)
    await post(`${url}accounts`, { name: 'Posted' })
    first.signal('SIGTERM')
    await first.ended

    const second = startHere(...options)
    const answer = await send(`${await addressOf(second)}accounts?$select=name&$orderby=name`)

    expect(first.out).toMatch(/^Saved in org\.jsonl\.\nEnded\.$/m)
    expect(JSON.parse(answer.text)).toMatchObject({
      value: [{ name: 'Posted' }, { name: 'Seeded' }],
    })
  })

  test('SIGUSR2 saves at once', async () => {
    const running = startHere(...SCHEMAS, '--data', 'org.jsonl')
    await post(`${await addressOf(running)}accounts`, { name: 'Kept' })

    running.signal('SIGUSR2')
    await running.printed(/^Saved in org\.jsonl\.$/m)

    expect(readFileSync(join(cwd, 'org.jsonl'), 'utf8')).toContain('"name":"Kept"')
  })

  test('a row to begin with that cannot be ends the start, naming file and row', async () => {
    writeFileSync(join(cwd, 'account.csv'), 'name,nmae\nA,B\n')

    expect(await refused(...SCHEMAS, '--seed', 'account.csv')).toMatch(
      /^SEED_INVALID: account\.csv, row 1: account has no column 'nmae'/,
    )
  })

  test('with --watch handlers are loaded anew, rows stay, and a broken one changes nothing', async () => {
    const handler = (suffix: string) => `
      import { Handler, PreOperation } from 'dataverse-handlers'
      @Handler('account')
      export class Orders {
        @PreOperation('Create', { writes: ['name'] })
        name(event) { event.target.name += '${suffix}' }
      }
    `
    handlers(handler('-1'))
    const running = startHere(...SCHEMAS, '--watch')
    const accounts = `${await addressOf(running)}accounts`
    const create = (name: string) => post(accounts, { name })

    await create('a')
    writeFileSync(join(cwd, 'handlers', 'orders.ts'), 'const b = ;')
    await running.complained(/handlers\/orders\.ts:1:11: Unexpected ";"\n.*from before go on/)
    await create('b')
    writeFileSync(join(cwd, 'handlers', 'orders.ts'), handler('-2'))
    await running.printed(/^Loaded anew: /m)
    await create('c')

    const { text } = await send(`${accounts}?$select=name&$orderby=name`)
    expect((JSON.parse(text) as { value: unknown }).value).toMatchObject([
      { name: 'a-1' },
      { name: 'b-1' },
      { name: 'c-2' },
    ])
  })

  test('a custom message of the folder is listed and can be called', async () => {
    handlers(`
      import { CustomMessage } from 'dataverse-handlers'
      @CustomMessage({
        name: 'sample_Greet',
        binding: 'Global',
        parameters: { name: 'String' },
        response: { greeting: 'String' },
        steps: 'None',
      })
      export class Greet {
        run({ parameters }) {
          return { greeting: 'Hello ' + parameters.name }
        }
      }
    `)
    const running = startHere(...SCHEMAS)
    const address = await addressOf(running)

    const { status, text } = await send(`${address}sample_Greet`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: '{"name":"Ada"}',
    })

    expect(running.out).toMatch(/^sample_Greet {2}action {2}name +greeting$/m)
    expect([status, JSON.parse(text)]).toEqual([
      200,
      expect.objectContaining({ greeting: 'Hello Ada' }),
    ])
  })

  test('what a handler leaves open does not keep it from ending', async () => {
    handlers('setInterval(() => undefined, 1_000)\n')
    const running = startHere(...SCHEMAS)
    await addressOf(running)

    running.signal('SIGTERM')

    expect(await running.ended).toBe(0)
  })
})
