import { Catalog } from '../../src/metadata/catalog.ts'
import { World } from '../../src/security/world.ts'
import { SECURITY_TABLES } from './world.ts'

const FILE = { table: 'casefile', id: '5ec00000-0000-4000-8000-000000000001' }

test('access over a store that answers later is refused by name', () => {
  const later = () => Promise.resolve(undefined)
  const rows = () => Promise.resolve([])
  const world = new World(new Catalog(SECURITY_TABLES), {
    get: later,
    byKey: later,
    related: rows,
  } as unknown as ConstructorParameters<typeof World>[1])
  const refusal = expect.objectContaining({ code: 'NOT_SUPPORTED' }) as unknown

  expect(() => world.row(FILE)).toThrow(refusal as Error)
  expect(() => world.related('casefile', 'parentfileid', FILE.id)).toThrow(refusal as Error)
})
