import { MESSAGES } from '../../src/messages/index.ts'
import { NOT_EMULATED } from '../../src/messages/not-emulated.ts'
import { emulator } from '../../src/testing/emulator.ts'
import { refused } from '../support/organization.ts'

test.each(NOT_EMULATED.map(({ name }) => name))('%s is refused by its name', async (name) => {
  const org = emulator({ tables: [] })

  await refused(org, () => org.execute(name, {}), {
    code: 'NOT_SUPPORTED',
    message: expect.stringContaining(`'${name}'`) as string,
  })
})

test('nothing is refused that is emulated', () => {
  const emulated = new Set<string>(MESSAGES.map(({ name }) => name))

  expect(NOT_EMULATED.filter(({ name }) => emulated.has(name))).toEqual([])
})
