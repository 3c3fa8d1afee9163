import { DataverseError } from '../../errors/dataverse-error.ts'
import { parseExpression, type Comparison, type Expression } from '../../query/odata/expression.ts'
import type { MetadataNode } from './node.ts'

export type NodeTest = (node: MetadataNode) => boolean

/**
 * `$filter` over metadata: comparisons of plain members, of `Value`s inside managed ones, of enumerations;
 * no functions.
 * @throws QUERY_INVALID, METADATA_FUNCTION_UNSUPPORTED
 */
export function nodeTest(filter: string, aliases: Readonly<Record<string, string>>): NodeTest {
  return testOf(parseExpression(withoutEnumTypes(filter), aliases))
}

/** `Microsoft.Dynamics.CRM.OwnershipTypes'UserOwned'` is the text `'UserOwned'`; texts stay as they are. */
function withoutEnumTypes(filter: string): string {
  return filter.replace(
    /('(?:[^']|'')*')|Microsoft\.Dynamics\.CRM\.\w+(?=')/g,
    (_, text: string | undefined) => text ?? '',
  )
}

function testOf(expression: Expression): NodeTest {
  switch (expression.kind) {
    case 'and': {
      const [left, right] = [testOf(expression.left), testOf(expression.right)]
      return (node) => left(node) && right(node)
    }
    case 'or': {
      const [left, right] = [testOf(expression.left), testOf(expression.right)]
      return (node) => left(node) || right(node)
    }
    case 'not': {
      const operand = testOf(expression.operand)
      return (node) => !operand(node)
    }
    case 'compare': {
      const [left, right] = [valueOf(expression.left), valueOf(expression.right)]
      return (node) => compare(expression.operator, left(node), right(node))
    }
    case 'path': {
      const value = valueOf(expression)
      return (node) => value(node) === true
    }
    case 'call':
      throw unsupported(expression.name)
    case 'lambda':
      throw unsupported(expression.quantifier)
    case 'literal':
    case 'list':
      throw new DataverseError('QUERY_INVALID', 'A filter has to be a comparison.')
    default:
      return expression satisfies never
  }
}

function valueOf(expression: Expression): (node: MetadataNode) => unknown {
  if (expression.kind === 'literal') {
    const { value } = expression.value
    return () => value
  }
  if (expression.kind === 'call') throw unsupported(expression.name)
  if (expression.kind !== 'path') {
    throw new DataverseError('QUERY_INVALID', 'Only members and values can be compared.')
  }
  const { segments } = expression
  return (node) => {
    let value: unknown = node.members
    for (const segment of segments) {
      if (typeof value !== 'object' || value === null || !Object.hasOwn(value, segment)) {
        throw unknownMember(segment, node.baseType)
      }
      value = (value as Readonly<Record<string, unknown>>)[segment]
    }
    return value
  }
}

export function unknownMember(name: string, type: string): DataverseError {
  return new DataverseError(
    'QUERY_INVALID',
    `Could not find a property named '${name}' on type 'Microsoft.Dynamics.CRM.${type}'.`,
  )
}

function unsupported(name: string): DataverseError {
  return new DataverseError(
    'METADATA_FUNCTION_UNSUPPORTED',
    `The "${name}" function isn't supported for Metadata Entities`,
  )
}

type Comparable = string | number | bigint | boolean

function compare(operator: Comparison, left: unknown, right: unknown): boolean {
  switch (operator) {
    case 'eq':
      return same(left, right)
    case 'ne':
      return !same(left, right)
    case 'gt':
      return areComparable(left, right) && (left as Comparable) > (right as Comparable)
    case 'ge':
      return areComparable(left, right) && (left as Comparable) >= (right as Comparable)
    case 'lt':
      return areComparable(left, right) && (left as Comparable) < (right as Comparable)
    case 'le':
      return areComparable(left, right) && (left as Comparable) <= (right as Comparable)
    default:
      return operator satisfies never
  }
}

/** Ids may be written in any case. */
function same(left: unknown, right: unknown): boolean {
  if (left === right) return true
  return (
    typeof left === 'string' &&
    typeof right === 'string' &&
    left.length === 36 &&
    left.toLowerCase() === right.toLowerCase()
  )
}

function areComparable(left: unknown, right: unknown): boolean {
  return left !== null && right !== null && typeof left === typeof right
}
