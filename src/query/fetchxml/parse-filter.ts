import { DataverseError } from '../../errors/dataverse-error.ts'
import { findOperator, operatorOf, type OperatorName } from '../operators.ts'
import type { Condition, FilterGroup } from '../query.ts'
import { parseLinkFilter, type ParseSite } from './parse-node.ts'
import { booleanAttribute, checkElement, requiredAttribute, wordAttribute } from './vocabulary.ts'
import { elementFault, placeOfElement, type XmlElement } from './xml.ts'

/** https://learn.microsoft.com/power-apps/developer/data-platform/fetchxml/reference/filter */
export function parseFilter(element: XmlElement, site: ParseSite): FilterGroup {
  checkElement(element)
  const hint = wordAttribute(element, 'hint', ['union'])
  const quickFind = booleanAttribute(element, 'isquickfindfields')
  const limited = booleanAttribute(element, 'overridequickfindrecordlimitenabled')
  const unlimited = booleanAttribute(element, 'overridequickfindrecordlimitdisabled')
  return {
    kind: wordAttribute(element, 'type', ['and', 'or']) ?? 'and',
    filters: element.children.map((child) => {
      switch (child.name) {
        case 'filter':
          return parseFilter(child, site)
        case 'link-entity':
          return parseLinkFilter(child, site)
        default:
          return parseCondition(child)
      }
    }),
    ...(hint === undefined ? {} : { hint }),
    ...(quickFind ? { quickFind } : {}),
    ...(limited || unlimited ? { quickFindLimit: limited ? 'enabled' : 'disabled' } : {}),
  }
}

function parseCondition(element: XmlElement): Condition {
  checkElement(element)
  const column = requiredAttribute(element, 'attribute')
  const operator = parseOperator(element)
  const { value, valueof, entityname } = element.attributes
  const children = element.children.map((child) => {
    checkElement(child)
    return child.text
  })
  if (value !== undefined && value !== '' && children.length > 0) {
    throw elementFault(
      element,
      "<condition> has both the attribute 'value' and <value>; one was expected.",
    )
  }
  const values = children.length > 0 ? children : valuesOf(value, operator, valueof !== undefined)
  return {
    kind: 'condition',
    column,
    operator,
    values,
    ...(valueof === undefined ? {} : { otherColumn: valueof }),
    ...(entityname === undefined || entityname === '' ? {} : { link: entityname }),
  }
}

/** Tools write `value=''` beside operators that take none. */
function valuesOf(
  value: string | undefined,
  operator: OperatorName,
  isCompared: boolean,
): readonly string[] {
  if (value === undefined) return []
  return value === '' && (isCompared || operatorOf(operator).values === 0) ? [] : [value]
}

function parseOperator(element: XmlElement): OperatorName {
  const name = requiredAttribute(element, 'operator')
  const operator = findOperator(name)
  if (operator !== undefined) return operator
  throw new DataverseError(
    'QUERY_OPERATOR_UNKNOWN',
    `${placeOfElement(element)}: '${name}' is not a condition operator.`,
  )
}
