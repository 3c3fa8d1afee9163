import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const read = (...path: string[]) => readFileSync(join(__dirname, ...path), 'utf8').trim()

test.each(['account-credit.ts', 'account-credit.test.ts', 'access.test.ts'])(
  'the README shows %s as it is run',
  (file) => {
    expect(read('..', 'README.md')).toContain(read('readme', file))
  },
)

test.each(['credit-check.ts', 'credit-check.test.ts'])(
  'docs/handlers.md shows %s as it is run',
  (file) => {
    expect(read('..', 'docs', 'handlers.md')).toContain(read('readme', file))
  },
)
