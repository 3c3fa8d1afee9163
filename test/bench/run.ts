import { isMainThread, workerData } from 'node:worker_threads'
import { measure, report, type Benchmark, type Result } from './harness.ts'
import { serve, type ServerRole } from './http-servers.ts'
import { soak } from './soak.bench.ts'
import { w1 } from './w1-create.bench.ts'
import { w2 } from './w2-create-validated.bench.ts'
import { w3 } from './w3-update.bench.ts'
import { w4 } from './w4-delete-cascade.bench.ts'
import { w5 } from './w5-associate.bench.ts'
import { w6 } from './w6-rollback.bench.ts'
import { w7 } from './w7-queries.bench.ts'
import { w8 } from './w8-server.bench.ts'
import { w9 } from './w9-start.bench.ts'
import { w10 } from './w10-memory.bench.ts'
import { w11 } from './w11-flat.bench.ts'

const BENCHMARKS: readonly Benchmark[] = [w1, w2, w3, w4, w5, w6, w7, w8, w9, w10, w11, soak]

/** Runs the benchmarks named on the command line, or all of them, one after the other. */
async function main(names: readonly string[]): Promise<void> {
  const unknown = names.filter((name) => !BENCHMARKS.some((benchmark) => benchmark.name === name))
  if (unknown.length > 0) {
    const known = BENCHMARKS.map(({ name }) => name).join(' ')
    process.stderr.write(`There is no benchmark ${unknown.join(', ')}; there are ${known}.\n`)
    process.exitCode = 1
    return
  }
  if (globalThis.gc === undefined) {
    process.stdout.write('Without node --expose-gc one round pays for the garbage of another.\n')
  }
  for (const benchmark of BENCHMARKS) {
    if (names.length > 0 && !names.includes(benchmark.name)) continue
    const obstacle = benchmark.obstacle?.()
    if (obstacle !== undefined) {
      process.stdout.write(`${benchmark.name}  not run: ${obstacle}\n`)
      continue
    }
    const results: Result[] = []
    for (const measurement of benchmark.measurements()) {
      if (measurement.obstacle === undefined) results.push(await measure(measurement))
      else {
        process.stdout.write(
          `${benchmark.name}  ${measurement.name}: not run: ${measurement.obstacle}\n`,
        )
      }
    }
    process.stdout.write(report(benchmark, results))
    if (benchmark.tell !== undefined) process.stdout.write(`${await benchmark.tell()}\n`)
  }
}

// A benchmark of servers starts this file once more, as a thread that serves.
await (isMainThread ? main(process.argv.slice(2)) : serve(workerData as ServerRole))
