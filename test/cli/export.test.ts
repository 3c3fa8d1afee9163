import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { main } from '../../src/cli/main.ts'
import { servedOrganization } from '../../src/cli/start/served-organization.ts'
import { parseSchema } from '../../src/json-schema/schema-file.ts'
import { emulator, type Emulator } from '../../src/testing/index.ts'
import { listen, type Listening } from '../../src/web-api/node-server.ts'
import { createWebApi } from '../../src/web-api/web-api.ts'
import { RECEIVER, text, withParcels } from '../schema/tables.ts'

let folder: string
let server: Listening | undefined
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'export-'))
})
afterEach(async () => {
  await server?.close()
  server = undefined
  rmSync(folder, { recursive: true })
})

async function serving(org: Emulator): Promise<string> {
  server = await listen(createWebApi({ catalog: org.catalog, service: servedOrganization(org) }))
  return server.url
}

async function run(...argv: string[]): Promise<{ code: number; out: string; err: string }> {
  let out = ''
  let err = ''
  const code = await main(['export', ...argv], {
    cwd: folder,
    env: {},
    stdout: { write: (text: string) => (out += text) },
    stderr: { write: (text: string) => (err += text) },
  })
  return { code, out, err }
}

const schemaOf = (name: string) =>
  parseSchema(readFileSync(join(folder, 'schemas', `${name}.json`), 'utf8'), `${name}.json`)
const written = () => readdirSync(join(folder, 'schemas')).sort()

test('writes what was made and what was changed while the organization ran', async () => {
  const org = await withParcels()
  await org.schema.change(RECEIVER)
  await org.schema.change({ kind: 'create-column', table: 'contact', column: text('new_Nickname') })
  const url = await serving(org)

  const { code, out } = await run('--url', url)

  expect([code, out]).toEqual([0, `2 tables of ${url}/api/data/v9.2/ written to schemas\n`])
  expect(written()).toEqual(['contact.json', 'new_parcel.json', 'tables.d.ts'])
  expect(schemaOf('new_parcel')).toMatchObject({
    logicalName: 'new_parcel',
    schemaName: 'new_Parcel',
    isCustom: true,
    objectTypeCode: 10_000,
  })
  expect(schemaOf('contact').columns).toContainEqual(
    expect.objectContaining({ logicalName: 'new_nickname', maxLength: 100 }),
  )
  expect(readFileSync(join(folder, 'schemas', 'tables.d.ts'), 'utf8')).toContain('new_receiverid')
})

test('an organization that begins with what was written is like the one it was written of', async () => {
  const org = await withParcels()
  await org.schema.change(RECEIVER)
  await run('--url', await serving(org))

  const again = emulator({ tables: [schemaOf('new_parcel')] })

  const account = await again.create('account', { name: 'Contoso' })
  const id = await again.create('new_parcel', {
    new_name: 'First',
    new_size: 2,
    new_receiverid: { table: 'account', id: account },
  })
  await again.delete('account', account)
  expect(await again.retrieve('new_parcel', id)).toMatchObject({
    new_size: 2,
    new_receiverid: null,
    statuscode: 1,
  })
})

test('follows the schemas that are there, and writes those that are named', async () => {
  const org = await withParcels()
  const url = await serving(org)
  await run('lead', '--url', url)

  const { out } = await run('--url', url)

  expect(written()).toEqual(['lead.json', 'new_parcel.json', 'tables.d.ts'])
  expect(out).toContain('2 tables')
})

test('keeps the messages of a table: definitions do not tell them', async () => {
  const org = await withParcels()

  await run('teammembership', '--url', await serving(org))

  expect(schemaOf('teammembership').messages).toEqual(
    org.catalog.table('teammembership').definition.messages,
  )
})

test('tells of a schema whose table is gone, and leaves it', async () => {
  const org = await withParcels()
  const url = await serving(org)
  await run('--url', url)
  await org.schema.change({ kind: 'delete-table', table: 'new_parcel' })

  const { code, out } = await run('--url', url)

  expect(code).toBe(0)
  expect(out).toContain('new_parcel: the organization has no such table; its schema stays.')
  expect(written()).toContain('new_parcel.json')
})

test('an unknown table fails, and nothing is written', async () => {
  const url = await serving(await withParcels())

  const { code, err } = await run('new_parcel', 'nosuch', '--url', url)

  expect([code, err]).toEqual([1, "The organization has no table 'nosuch'.\n"])
  expect(existsSync(join(folder, 'schemas'))).toBe(false)
})

test('an organization that does not answer fails, and nothing is written', async () => {
  const { code, err } = await run('--url', 'http://127.0.0.1:9')

  expect(code).toBe(1)
  expect(err).toContain('ORGANIZATION_UNREACHABLE')
  expect(existsSync(join(folder, 'schemas'))).toBe(false)
})

test('without anything custom there is nothing to write', async () => {
  const { code, out } = await run('--url', await serving(emulator()))

  expect([code, out]).toEqual([0, 'Nothing to export: no table is custom.\n'])
})
