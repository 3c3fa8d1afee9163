import { main } from '../../src/cli/main.ts'

async function run(...argv: string[]): Promise<{ code: number; out: string; err: string }> {
  let out = ''
  let err = ''
  const code = await main(argv, {
    stdout: { write: (text) => (out += text) },
    stderr: { write: (text) => (err += text) },
    cwd: '/nowhere',
    env: {},
  })
  return { code, out, err }
}

test('help names every command and is nothing wrong', async () => {
  const { code, out, err } = await run('--help')

  expect([code, err]).toEqual([0, ''])
  expect(out).toContain('Usage: dataverse-handlers')
  expect(out).toMatch(/^ {2}import .*$/m)
  expect(out).toMatch(/^ {2}start .*$/m)
})

test('without a command the help is shown, and the command line was wrong', async () => {
  const { code, err } = await run()

  expect(code).toBe(2)
  expect(err).toContain('Usage: dataverse-handlers')
})

test.each([['nonsense'], ['start', '--nonsense'], ['start', '--port', 'x'], ['start', 'extra']])(
  'a wrong command line ends with code 2 and says what is wrong (%s %s %s)',
  async (...argv) => {
    const { code, out, err } = await run(...argv.filter((word) => word !== undefined))

    expect([code, out]).toEqual([2, ''])
    expect(err).toMatch(/^error: .+/)
  },
)

test('a refusal is one line with its code, and ends with code 1', async () => {
  const { code, out, err } = await run('start', '--schemas', 'here')

  expect([code, out]).toEqual([1, ''])
  expect(err).toMatch(/^SCHEMA_INVALID: .*\n$/)
})
