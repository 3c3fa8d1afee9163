import { checkSteps, type TableLookup } from '../../src/authoring/check-steps.ts'
import type { Step } from '../../src/pipeline/step.ts'

const ACCOUNT = {
  columns: new Map(
    ['accountid', 'name', 'creditonhold', 'lastonholdtime'].map((name) => [name, {}]),
  ),
  isEvent: (message: string) => message !== 'SetState',
}
const TABLES: TableLookup = {
  names: ['account', 'contact'],
  find: (table) => (table === 'account' ? ACCOUNT : undefined),
  findRelationship: (name) => (name === 'contactleads_association' ? {} : undefined),
}

const step = (parts: Partial<Step>): Step => ({
  id: '00000000-0000-5000-8000-000000000001',
  name: 'AccountCredit.stampHold',
  message: 'Update',
  table: 'account',
  stage: 20,
  mode: 'sync',
  rank: 1,
  preImages: [],
  postImages: [],
  writes: [],
  run: () => undefined,
  ...parts,
})
const check = (parts: Partial<Step>) => () => checkSteps([step(parts)], TABLES)

test('steps that name what there is pass', () => {
  expect(
    check({
      columns: ['creditonhold'],
      writes: ['lastonholdtime'],
      preImages: [{ alias: 'preImage', columns: ['name'] }],
      postImages: [{ alias: 'all', columns: 'all' }],
    }),
  ).not.toThrow()
  expect(check({ table: null, columns: ['whatever'] })).not.toThrow()
  expect(check({ table: null, relationship: 'contactleads_association' })).not.toThrow()
})

test.each([
  [
    { columns: ['creditonhld'] },
    "AccountCredit.stampHold filters on 'creditonhld'; account has 'creditonhold'.",
  ],
  [
    { writes: ['lastonholdtmie'] },
    "AccountCredit.stampHold writes 'lastonholdtmie'; account has 'lastonholdtime'.",
  ],
  [
    { preImages: [{ alias: 'a', columns: ['name', 'Name'] }] },
    "AccountCredit.stampHold has a pre-image with 'Name'; account has 'name'.",
  ],
  [
    { postImages: [{ alias: 'a', columns: ['shoesize'] }] },
    "AccountCredit.stampHold has a post-image with 'shoesize'; account has no such column.",
  ],
])('a column the table does not have is refused, and the nearest is named', (parts, message) => {
  expect(check(parts)).toThrow(expect.objectContaining({ code: 'STEP_COLUMN_UNKNOWN', message }))
})

test('a table there is not is refused, and the nearest is named', () => {
  expect(check({ table: 'acount' })).toThrow(
    expect.objectContaining({
      code: 'TABLE_UNKNOWN',
      message: "AccountCredit.stampHold is registered on 'acount'; there is 'account'.",
    }),
  )
  expect(check({ table: 'shipment' })).toThrow('there is no such table')
})

test('a message that is no event of the table is refused', () => {
  expect(check({ message: 'SetState' })).toThrow(
    expect.objectContaining({
      code: 'STEP_NOT_ALLOWED',
      message:
        'AccountCredit.stampHold is registered on SetState of account; account takes no steps on it.',
    }),
  )
})

test('a relationship there is not is refused', () => {
  expect(check({ table: null, relationship: 'contactlead_association' })).toThrow(
    expect.objectContaining({ code: 'RELATIONSHIP_UNKNOWN' }),
  )
})
