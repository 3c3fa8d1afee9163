import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { parentPort } from 'node:worker_threads'
import { Emulator } from '../../src/emulator/emulator.ts'
import { servedOrganization } from '../../src/cli/start/served-organization.ts'
import { listen } from '../../src/web-api/node-server.ts'
import { createWebApi } from '../../src/web-api/web-api.ts'

/** What a worker is started with: which server it is. */
export interface ServerRole {
  readonly server: 'bare' | 'ours'
}

/** The rows both begin with. */
export const ROW_COUNT = 1_000
export const idOf = (index: number) =>
  `aaaaaaaa-0000-4000-8000-${index.toString(16).padStart(12, '0')}`
const nameOf = (index: number) => `Account ${index}`

/** Listens, and tells the port to whoever started the worker. */
export async function serve({ server }: ServerRole): Promise<void> {
  const port = server === 'bare' ? await serveBare() : await serveOurs()
  parentPort?.postMessage({ port })
  // Asked for: how much memory is in use once all garbage is gone.
  parentPort?.on('message', () => {
    globalThis.gc?.()
    parentPort?.postMessage({ heapUsed: process.memoryUsage().heapUsed })
  })
}

async function serveOurs(): Promise<number> {
  const org = new Emulator({ runsJobsAtOnce: true })
  for (let i = 0; i < ROW_COUNT; i++) {
    const values = { name: nameOf(i), telephone1: `555-${i}`, numberofemployees: i }
    await org.create('account', { accountid: idOf(i), ...values })
  }
  const api = createWebApi({ catalog: org.catalog, service: servedOrganization(org) })
  return (await listen(api)).port
}

interface BareRow {
  readonly accountid: string
  readonly name: string
  readonly telephone1: string
  readonly numberofemployees: number
  readonly versionnumber: number
}

/** node:http over a Map: the three requests and nothing else. */
function serveBare(): Promise<number> {
  const rows = new Map<string, BareRow>()
  let versionnumber = 0
  for (let i = 0; i < ROW_COUNT; i++) {
    rows.set(idOf(i), {
      accountid: idOf(i),
      name: nameOf(i),
      telephone1: `555-${i}`,
      numberofemployees: i,
      versionnumber: versionnumber++,
    })
  }
  const root = (request: IncomingMessage) => `http://${request.headers.host}/api/data/v9.2`
  const shown = ({ versionnumber: version, accountid, name, numberofemployees }: BareRow) => ({
    '@odata.etag': `W/"${version}"`,
    name,
    numberofemployees,
    accountid,
  })
  const json = (response: ServerResponse, body: object) => {
    const text = JSON.stringify(body)
    response.writeHead(200, {
      'Content-Type': 'application/json; odata.metadata=minimal',
      'OData-Version': '4.0',
      'Content-Length': Buffer.byteLength(text),
    })
    response.end(text)
  }
  const server = createServer((request, response) => {
    if (request.method === 'POST') {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        const body = JSON.parse(Buffer.concat(chunks).toString()) as BareRow
        const accountid = randomUUID()
        rows.set(accountid, { ...body, accountid, versionnumber: versionnumber++ })
        response.writeHead(204, {
          'OData-Version': '4.0',
          'OData-EntityId': `${root(request)}/accounts(${accountid})`,
        })
        response.end()
      })
      return
    }
    const url = new URL(request.url ?? '', 'http://localhost')
    const id = /\(([^)]+)\)$/.exec(url.pathname)?.[1]
    if (id !== undefined) {
      const row = rows.get(id)
      if (row === undefined) response.writeHead(404).end()
      else
        json(response, {
          '@odata.context': `${root(request)}/$metadata#accounts/$entity`,
          ...shown(row),
        })
      return
    }
    const least = Number(/ gt (\d+)/.exec(url.searchParams.get('$filter') ?? '')?.[1])
    const top = Number(url.searchParams.get('$top'))
    const value: object[] = []
    for (const row of rows.values()) {
      if (row.numberofemployees <= least) continue
      value.push(shown(row))
      if (value.length === top) break
    }
    json(response, { '@odata.context': `${root(request)}/$metadata#accounts`, value })
  })
  return new Promise((settle) => {
    server.listen(0, '127.0.0.1', () => settle((server.address() as AddressInfo).port))
  })
}
