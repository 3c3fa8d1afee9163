import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { buildSync } from 'esbuild'

const root = join(__dirname, '..', '..')

/** Every hour around moves of the clock in the hosts' own zones, seen from several others. */
const PROGRAM = `
import { boundsOf, add } from './src/time/calendar.ts'
import { boundsOfFiscalPeriod, fiscalPeriodOf } from './src/time/fiscal.ts'
import { localTimeFromUtc, utcFromLocalTime } from './src/time/local-time.ts'

const fiscal = { startMonth: 4, startDay: 1, periodType: 'quarterly', namedAfter: 'start' }
const results = []
for (const day of ['2026-03-08', '2026-03-29', '2026-04-05', '2026-10-04', '2026-10-25', '2026-11-01']) {
  for (let hour = -18; hour < 42; hour++) {
    const at = new Date(Date.parse(day + 'T00:00:00Z') + hour * 3_600_000 + 1_800_000)
    for (const code of [35, 110, 190]) {
      const calendar = { timeZoneCode: code, weekStartsOn: 1 }
      const local = localTimeFromUtc(at, code)
      results.push(
        local,
        utcFromLocalTime(local, code),
        ['hour', 'day', 'week', 'month', 'quarter', 'year'].map((unit) => boundsOf(unit, at, calendar)),
        add(at, 'month', 1, calendar),
        boundsOfFiscalPeriod(fiscalPeriodOf(at, fiscal, calendar), fiscal, calendar),
      )
    }
  }
}
process.stdout.write(JSON.stringify(results))
`

test('no result depends on the time zone of the process', () => {
  const [bundle] = buildSync({
    stdin: { contents: PROGRAM, resolveDir: root, loader: 'ts' },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    write: false,
  }).outputFiles

  const outputs = [
    'UTC',
    'America/New_York',
    'Europe/Berlin',
    'Australia/Lord_Howe',
    'Pacific/Apia',
  ].map((zone) =>
    execFileSync(process.execPath, ['-'], {
      input: bundle?.text ?? '',
      env: { ...process.env, TZ: zone },
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
    }),
  )

  expect(outputs[0]?.length).toBeGreaterThan(100_000)
  for (const output of outputs) expect(output === outputs[0]).toBe(true)
})
