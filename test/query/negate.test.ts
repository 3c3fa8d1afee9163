import { negation } from '../../src/query/negate.ts'
import type { Filter } from '../../src/query/query.ts'

const is = (operator: 'eq' | 'gt' | 'today' | 'null'): Filter => ({
  kind: 'condition',
  column: 'name',
  operator,
  values: [],
})

test('an operator becomes its opposite', () => {
  expect(negation(is('eq'))).toMatchObject({ operator: 'ne' })
  expect(negation(is('gt'))).toMatchObject({ operator: 'le' })
  expect(negation(is('null'))).toMatchObject({ operator: 'not-null' })
})

test('and becomes or, or becomes and', () => {
  expect(negation({ kind: 'and', filters: [is('eq'), is('gt')] })).toMatchObject({
    kind: 'or',
    filters: [{ operator: 'ne' }, { operator: 'le' }],
  })
  expect(negation({ kind: 'or', filters: [is('eq')] })).toMatchObject({ kind: 'and' })
})

test('a negated group is itself without the negation', () => {
  expect(negation({ kind: 'and', filters: [is('eq')], negated: true })).toEqual({
    kind: 'and',
    filters: [is('eq')],
  })
})

test('an operator without an opposite is refused with the platform’s text', () => {
  expect(() => negation(is('today'))).toThrow(
    expect.objectContaining({
      code: 'QUERY_INVALID',
      message: 'Not operator along with the Custom Named Condition operators is not allowed',
    }),
  )
})
