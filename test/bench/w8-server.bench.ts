import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { assertEqual, type Benchmark, type Measurement, type Side } from './harness.ts'
import { load, percentile, type LoadRequest, type LoadResult } from './http-load.ts'
import { idOf, ROW_COUNT, type ServerRole } from './http-servers.ts'

export const w8: Benchmark = {
  name: 'w8',
  question:
    'HTTP on loopback, 64 kept-alive connections, the server in a thread of its own: requests per second and the 99th percentile',
  measurements: () =>
    KINDS.flatMap(({ name, ratio, requests, requestOf, check }): Measurement[] => [
      {
        name,
        unit: 'ops/s',
        baseName: 'bare node:http',
        base: rate('bare', requests, requestOf, check),
        ours: rate('ours', requests, requestOf, check),
        ...(ratio !== undefined && { ratio }),
        rounds: 5,
      },
      {
        name: `${name}, p99`,
        unit: 'ms',
        baseName: 'bare node:http',
        base: slowest('bare', requests, requestOf),
        ours: slowest('ours', requests, requestOf),
        ratio: 3,
        rounds: 5,
      },
    ]),
}

const CONNECTIONS = 64
const ACCOUNTS = '/api/data/v9.2/accounts'
const TOP = 50

interface Kind {
  readonly name: string
  /** Absent: shown for itself. */
  readonly ratio?: number
  readonly requests: number
  readonly requestOf: (index: number) => LoadRequest
  readonly check: (lastBody: string) => void
}

const SINGLE_KINDS: readonly Kind[] = [
  {
    name: 'GET by id',
    ratio: 0.6,
    requests: 20_000,
    requestOf: (index) => ({
      method: 'GET',
      path: `${ACCOUNTS}(${idOf(index % ROW_COUNT)})?$select=name,numberofemployees`,
      status: 200,
    }),
    check: (body) => assertEqual('id', /"accountid":"aaaaaaaa-/.test(body), true),
  },
  {
    name: `GET filter, top ${TOP}`,
    ratio: 0.6,
    requests: 20_000,
    requestOf: (index) => ({
      method: 'GET',
      path: `${ACCOUNTS}?$select=name,numberofemployees&$filter=numberofemployees%20gt%20${index % 900}&$top=${TOP}`,
      status: 200,
    }),
    check: (body) => assertEqual('rows', body.split('"accountid"').length - 1, TOP),
  },
  {
    name: 'POST create',
    ratio: 0.4,
    requests: 20_000,
    requestOf: (index) => ({
      method: 'POST',
      path: ACCOUNTS,
      body: `{"name":"New ${index}","telephone1":"555","numberofemployees":${index}}`,
      status: 204,
    }),
    check: (body) => assertEqual('body', body, ''),
  },
]

const KINDS: readonly Kind[] = [
  ...SINGLE_KINDS,
  {
    name: 'all three in turn',
    requests: 20_000,
    requestOf: (index) => {
      const kind = SINGLE_KINDS[index % SINGLE_KINDS.length] as Kind
      return kind.requestOf(Math.floor(index / SINGLE_KINDS.length))
    },
    check: () => undefined,
  },
]

type Requests = (index: number) => LoadRequest

function rate(
  server: ServerRole['server'],
  count: number,
  requestOf: Requests,
  check: Kind['check'],
): Side {
  return loaded(server, count, requestOf, ({ requests, ms }) => (requests / ms) * 1000, check)
}

function slowest(server: ServerRole['server'], count: number, requestOf: Requests): Side {
  return loaded(server, count, requestOf, ({ latencies }) => percentile(latencies, 0.99))
}

/** A server of its own for each round, which has answered as many requests before anything is measured. */
function loaded(
  server: ServerRole['server'],
  count: number,
  requestOf: Requests,
  figure: (result: LoadResult) => number,
  check?: Kind['check'],
): Side {
  return async () => {
    const worker = new Worker(fileURLToPath(import.meta.url), {
      workerData: { server } satisfies ServerRole,
    })
    const port = await new Promise<number>((settle, fail) => {
      worker.once('message', (told: { readonly port: number }) => settle(told.port))
      worker.once('error', fail)
    })
    const upTo = (most: number) => (index: number) => (index < most ? requestOf(index) : undefined)
    await load(port, CONNECTIONS, upTo(count))
    let lastBody = ''
    return {
      operations: count,
      async run() {
        const result = await load(port, CONNECTIONS, upTo(count))
        lastBody = result.lastBody
        void worker.terminate()
        return figure(result)
      },
      check() {
        check?.(lastBody)
      },
    }
  }
}
