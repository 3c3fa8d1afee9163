import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { DataverseError } from '../../src/errors/dataverse-error.ts'
import type { Benchmark } from './harness.ts'
import { load, percentile, type LoadRequest } from './http-load.ts'
import { idOf, ROW_COUNT, type ServerRole } from './http-servers.ts'

/** Whether a server that is kept busy answers every request, and keeps what it needs and no more. */
export const soak: Benchmark = {
  name: 'soak',
  question: '64 connections, 60 s of mixed work: every answer as expected, memory flat',
  measurements: () => [],
  async tell() {
    const worker = new Worker(fileURLToPath(import.meta.url), {
      workerData: { server: 'ours' } satisfies ServerRole,
    })
    const { port = 0 } = await told(worker)
    const heaps: number[] = []
    const lines: string[] = []
    for (let part = 0; part < PARTS; part++) {
      const until = performance.now() + PART_MS
      const { requests, ms, latencies } = await load(port, CONNECTIONS, (index) =>
        performance.now() < until ? mixed(part, index) : undefined,
      )
      worker.postMessage('heap')
      const { heapUsed = Number.NaN } = await told(worker)
      heaps.push(heapUsed)
      const rate = Math.round((requests / ms) * 1000)
      lines.push(
        `    ${part * 10 + 10} s  ${rate} requests/s, p50 ${percentile(latencies, 0.5).toFixed(1)} ms, p99 ${percentile(latencies, 0.99).toFixed(1)} ms, heap ${(heapUsed / 2 ** 20).toFixed(1)} MB`,
      )
    }
    await worker.terminate()
    const [first = 0] = heaps
    const last = heaps.at(-1) ?? Number.NaN
    if (last > first * 1.15) {
      throw new DataverseError('UNEXPECTED', `The heap grew from ${first} to ${last} bytes.`)
    }
    return lines.join('\n')
  },
}

const CONNECTIONS = 64
const PARTS = 6
const PART_MS = 10_000
const ACCOUNTS = '/api/data/v9.2/accounts'

function told(worker: Worker): Promise<{ readonly port?: number; readonly heapUsed?: number }> {
  return new Promise((settle, fail) => {
    worker.once('message', settle)
    worker.once('error', fail)
  })
}

/** As many rows go as come, so that what is kept stays the same. */
function mixed(part: number, index: number): LoadRequest {
  const id = idOf(index % ROW_COUNT)
  const text = (value: object) => JSON.stringify(value)
  switch (index % 8) {
    case 0:
      return { method: 'GET', path: `${ACCOUNTS}(${id})?$select=name`, status: 200 }
    case 1:
      return {
        method: 'GET',
        path: `${ACCOUNTS}?$select=name&$filter=numberofemployees%20gt%20${index % 900}&$top=50`,
        status: 200,
      }
    case 2:
      return {
        method: 'PATCH',
        path: `${ACCOUNTS}(${id})`,
        body: text({ name: `N ${index}` }),
        status: 204,
      }
    case 3:
      return {
        method: 'GET',
        path: `${ACCOUNTS}?$apply=aggregate($count%20as%20count)`,
        status: 200,
      }
    case 4:
      return { method: 'POST', path: ACCOUNTS, body: text({ name: 5 }), status: 400 }
    case 5:
      return { method: 'GET', path: `${ACCOUNTS}(${idOf(ROW_COUNT + index)})`, status: 404 }
    case 6: {
      // Created here, and deleted by the batch itself: two writes that leave nothing.
      const body = batchOf(part, index)
      return { method: 'POST', path: '/api/data/v9.2/$batch', body, status: 200 }
    }
    default:
      return { method: 'GET', path: '/api/data/v9.2/WhoAmI', status: 200 }
  }
}

function batchOf(part: number, index: number): string {
  const id = `bbbbbbbb-000${part}-4000-8000-${index.toString(16).padStart(12, '0')}`
  const head = '--b\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n'
  const create = `POST ${ACCOUNTS} HTTP/1.1\r\nContent-Type: application/json\r\n\r\n${JSON.stringify({ accountid: id, name: 'Short' })}\r\n`
  return `${head}${create}${head}DELETE ${ACCOUNTS}(${id}) HTTP/1.1\r\n\r\n--b--\r\n`
}
