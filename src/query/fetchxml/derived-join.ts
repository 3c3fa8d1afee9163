import type { Catalog } from '../../metadata/catalog.ts'
import type { OneToMany } from '../../metadata/table.ts'
import { elementFault, type XmlElement } from './xml.ts'

export interface UnnamedJoin {
  readonly element: XmlElement
  /** The linked table and the one it is linked to. */
  readonly table: string
  readonly parent: string
  readonly catalog: Catalog | undefined
}

/**
 * The columns of a link that names none: those of the only relationship between both tables.
 * Unverified: that and how the platform derives them.
 * @throws FETCHXML_INVALID where there is not exactly one
 */
export function derivedJoin({ element, table, parent, catalog }: UnnamedJoin): {
  readonly from: string
  readonly to: string
} {
  const { from, to } = element.attributes
  const joins = [
    ...(catalog?.find(parent)?.manyToOne ?? [])
      .filter(({ referencedTable }) => referencedTable === table)
      .map((relationship: OneToMany) => ({
        from: relationship.referencedColumn,
        to: relationship.referencingColumn,
      })),
    ...(catalog?.find(parent)?.oneToMany ?? [])
      .filter(({ referencingTable }) => referencingTable === table)
      .map((relationship) => ({
        from: relationship.referencingColumn,
        to: relationship.referencedColumn,
      })),
  ].filter((join) => (!from || join.from === from) && (!to || join.to === to))
  const [only] = joins
  if (only !== undefined && joins.length === 1) return only
  throw elementFault(
    element,
    `<link-entity> needs the attributes 'from' and 'to': ${joins.length === 0 ? 'no' : 'more than one'} relationship joins ${table} and ${parent}.`,
  )
}
