import { lookup, text, to } from '../../src/metadata/platform/columns.ts'
import type { TableDefinition } from '../../src/metadata/table-definition.ts'
import { madeUp, pointer, standardColumns } from './tables.ts'

/** What others point at. */
const ROOT = madeUp('Root', [text('Name', 50), ...standardColumns('root')])
const OTHER = madeUp('Other', [text('Name', 50), ...standardColumns('other')])

/** Points at `root` in every way there is, at one of two tables, and at its own kind. */
const LEAF: TableDefinition = withoutCascade(
  madeUp(
    'Leaf',
    [
      text('Name', 50),
      pointer('CascadeId', 'root', 'leaf_cascade', 'Cascade'),
      pointer('RemoveLinkId', 'root', 'leaf_removelink', 'RemoveLink'),
      pointer('RestrictId', 'root', 'leaf_restrict', 'Restrict'),
      pointer('NoCascadeId', 'root', 'leaf_nocascade', 'NoCascade'),
      pointer('UnknownId', 'root', 'leaf_unknown', 'NoCascade'),
      lookup('EitherId', [
        to('root', 'leaf_either_root', { delete: 'Cascade' }),
        to('other', 'leaf_either_other', { delete: 'RemoveLink' }),
      ]),
      pointer('UpperLeafId', 'leaf', 'leaf_leaf', 'Cascade'),
      pointer('SecondLeafId', 'leaf', 'leaf_second', 'Cascade'),
      pointer('HeldLeafId', 'leaf', 'leaf_held', 'Restrict'),
      pointer('LooseLeafId', 'leaf', 'leaf_loose', 'RemoveLink'),
      ...standardColumns('leaf'),
    ],
    {
      manyToMany: [
        {
          schemaName: 'leaf_roots',
          intersectTable: 'leafroot',
          sides: [
            { table: 'leaf', intersectColumn: 'leafid' },
            { table: 'root', intersectColumn: 'rootid' },
          ],
        },
        {
          schemaName: 'leaf_leaves',
          intersectTable: 'leafleaf',
          sides: [
            { table: 'leaf', intersectColumn: 'leafidone' },
            { table: 'leaf', intersectColumn: 'leafidtwo' },
          ],
        },
      ],
    },
  ),
  'leaf_unknown',
)

/** As where no document of the referencing table told the rules. */
function withoutCascade(definition: TableDefinition, relationship: string): TableDefinition {
  return {
    ...definition,
    manyToOne: definition.manyToOne.map((told) => {
      const { cascade, ...rest } = told
      return told.schemaName === relationship || cascade === undefined ? rest : { ...rest, cascade }
    }),
  }
}

/** Goes with its user or team. */
const KEPT_FOR_OWNER: TableDefinition = ownerCascade(
  madeUp('Keepsake', [text('Name', 50), ...standardColumns('keepsake')]),
)

function ownerCascade(definition: TableDefinition): TableDefinition {
  return {
    ...definition,
    manyToOne: definition.manyToOne.map((told) =>
      told.schemaName === `owner_${definition.logicalName}`
        ? { ...told, cascade: { ...told.cascade, delete: 'Cascade' } }
        : told,
    ),
  }
}

export const CASCADE_TABLES: readonly TableDefinition[] = [ROOT, OTHER, LEAF, KEPT_FOR_OWNER]
