import { emulator } from '../../src/testing/index.ts'
import type { TableDefinition } from '../../src/metadata/table-definition.ts'
import { csdl } from '../../src/web-api/definitions/csdl.ts'
import { ACTIVITY_TABLES } from '../support/activities.ts'
import { childrenOf, CsdlModel, nameOf, type Element } from '../support/csdl-model.ts'
import { TABLES } from '../support/tables.ts'
import { PARCEL } from './world.ts'

/*
 * What strict readers of CSDL check before they take a model: those of Power Query, of generators of clients, and
 * what is built on Microsoft.OData.Edm.
 * http://docs.oasis-open.org/odata/odata-csdl-xml/v4.01/odata-csdl-xml-v4.01.html
 */

const worlds: readonly (readonly [string, readonly TableDefinition[]])[] = [
  ['the platform’s own tables', []],
  ['tables with every kind of column', [PARCEL]],
  ['activities, which derive from one another', ACTIVITY_TABLES],
  ['tables of many relationships', TABLES],
]

describe.each(worlds)('$metadata of %s', (_world, tables) => {
  const model = new CsdlModel(csdl(emulator({ tables }).catalog, true))

  test('names are identifiers, and no two elements share one', () => {
    const types = model.types.map(nameOf)
    const operations = model.operations.map(nameOf)

    expect([...types, ...operations].filter((name) => !/^[A-Za-z_]\w{0,127}$/.test(name))).toEqual(
      [],
    )
    expect(repeated([...types, ...operations])).toEqual([])
    expect(repeated(model.container.children.map(nameOf))).toEqual([])
  })

  test('a type has each member once, those of its base types included', () => {
    const twice = model.types.flatMap((type) =>
      repeated(model.members(type).map((member) => `${nameOf(type)}.${nameOf(member)}`)),
    )

    expect(twice).toEqual([])
  })

  test('every set is of a type that has one key, of its own members', () => {
    const wrong = model.sets.filter((set) => {
      const type = model.type(set.attributes['EntityType'])
      const keys = model.lineage(type).flatMap((each) => childrenOf(each, 'Key'))
      const names = new Set(model.members(type).map(nameOf))
      return keys.length !== 1 || keys[0]?.children.some((each) => !names.has(nameOf(each)))
    })

    expect(wrong.map(nameOf)).toEqual([])
  })

  test('every type that is named is there', () => {
    const unknown = model.all
      .flatMap(({ attributes }) => [attributes['Type'], attributes['BaseType']])
      .filter((type) => type?.includes('mscrm.') === true && model.type(type) === undefined)

    expect(unknown).toEqual([])
  })

  test('partners are there, and lead back', () => {
    const astray = model.navigations.filter(({ type, navigation }) => {
      const { Partner: partner } = navigation.attributes
      if (partner === undefined) return false
      const back = model
        .members(model.type(navigation.attributes['Type']))
        .find((member) => nameOf(member) === partner)
      const lineage = model.lineage(type)
      return (
        back === undefined ||
        !lineage.includes(model.type(back.attributes['Type']) as Element) ||
        (back.attributes['Partner'] ?? nameOf(navigation)) !== nameOf(navigation)
      )
    })

    expect(astray.map(({ type, navigation }) => `${nameOf(type)}.${nameOf(navigation)}`)).toEqual(
      [],
    )
  })

  test('constraints lead from a property to one of the same type', () => {
    const wrong = model.navigations.flatMap(({ type, navigation }) =>
      childrenOf(navigation, 'ReferentialConstraint').filter(({ attributes }) => {
        const own = model.members(type).find((each) => nameOf(each) === attributes['Property'])
        const other = model
          .members(model.type(navigation.attributes['Type']))
          .find((each) => nameOf(each) === attributes['ReferencedProperty'])
        return own === undefined || own.attributes['Type'] !== other?.attributes['Type']
      }),
    )

    expect(wrong).toEqual([])
  })

  test('bindings lead from a navigation property to a set of its type, once each', () => {
    const wrong = model.sets.flatMap((set) => {
      const members = model.members(model.type(set.attributes['EntityType']))
      const bindings = childrenOf(set, 'NavigationPropertyBinding')
      const lost = bindings.filter(({ attributes }) => {
        const from = members.find((each) => nameOf(each) === attributes['Path'])
        const to = model.sets.find((each) => nameOf(each) === attributes['Target'])
        const reached = model.lineage(model.type(to?.attributes['EntityType']))
        return (
          from === undefined || !reached.includes(model.type(from.attributes['Type']) as Element)
        )
      })
      const paths = bindings.map(({ attributes }) => attributes['Path'] ?? '')
      return [...lost.map(({ attributes }) => attributes['Path']), ...repeated(paths)]
    })

    expect(wrong).toEqual([])
  })

  test('functions return something, and what is bound has something to be bound to', () => {
    const wrong = model.operations.filter(
      (each) =>
        (each.name === 'Function' && childrenOf(each, 'ReturnType').length !== 1) ||
        (each.attributes['IsBound'] === 'true' && childrenOf(each, 'Parameter').length === 0) ||
        repeated(childrenOf(each, 'Parameter').map(nameOf)).length > 0,
    )

    expect(wrong.map(nameOf)).toEqual([])
  })
})

test('vocabularies whose terms are used are referred to', () => {
  const { references } = new CsdlModel(csdl(emulator().catalog, true))

  expect(references.map(({ children }) => children[0]?.attributes)).toEqual([
    { Namespace: 'OData.Community.Keys.V1', Alias: 'Keys' },
    { Namespace: 'OData.Community.Display.V1', Alias: 'Display' },
  ])
})

function repeated(names: readonly string[]): readonly string[] {
  return names.filter((name, at) => names.indexOf(name) !== at)
}
