import { manifestOf, type DeclaredStep } from '../../src/deploy/manifest.ts'

function step(told: Partial<DeclaredStep>): DeclaredStep {
  return {
    id: '50000000-0000-4000-8000-000000000001',
    name: 'AccountCredit.check',
    message: 'Update',
    table: 'account',
    stage: 20,
    mode: 'sync',
    rank: 1,
    preImages: [],
    postImages: [],
    writes: [],
    ...told,
  }
}
const rowOf = (told: Partial<DeclaredStep>) => manifestOf([step(told)]).steps[0]

test('a step is told under the column names of its registration', () => {
  expect(rowOf({ columns: ['name', 'creditlimit'], rank: 7 })).toEqual({
    sdkmessageprocessingstepid: '50000000-0000-4000-8000-000000000001',
    name: 'AccountCredit.check',
    message: 'Update',
    table: 'account',
    stage: 20,
    mode: 0,
    rank: 7,
    supporteddeployment: 0,
    filteringattributes: 'name,creditlimit',
    images: [],
  })
})

test('an asynchronous step deletes its jobs when they have succeeded; a synchronous one has none', () => {
  expect(rowOf({ mode: 'async', stage: 40, asyncAutoDelete: true })).toMatchObject({
    mode: 1,
    asyncautodelete: true,
  })
  expect(rowOf({})).not.toHaveProperty('asyncautodelete')
})

test('the user whose rights count and the relationship are told', () => {
  expect(rowOf({ runAs: 'a0000000-0000-4000-8000-000000000001' })).toMatchObject({
    impersonatinguserid: 'a0000000-0000-4000-8000-000000000001',
  })
  expect(rowOf({ message: 'Associate', table: null, relationship: 'a_b' })).toMatchObject({
    table: null,
    relationship: 'a_b',
  })
})

test('images are told with the property of their message; all columns are told by none (register-plug-in)', () => {
  const preImages = [{ alias: 'before', columns: ['name', 'creditlimit'] }]
  const postImages = [{ alias: 'after', columns: 'all' as const }]

  expect(rowOf({ preImages, postImages })?.images).toEqual([
    {
      name: 'before',
      entityalias: 'before',
      imagetype: 0,
      messagepropertyname: 'Target',
      attributes: 'name,creditlimit',
    },
    { name: 'after', entityalias: 'after', imagetype: 1, messagepropertyname: 'Target' },
  ])
  expect(rowOf({ message: 'Create', postImages })?.images).toMatchObject([
    { messagepropertyname: 'Id' },
  ])
})
