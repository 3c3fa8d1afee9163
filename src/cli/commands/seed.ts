import { existsSync, writeFileSync } from 'node:fs'
import { relative, resolve } from 'node:path'
import { Command, InvalidArgumentError } from 'commander'
import { DataverseError } from '../../errors/dataverse-error.ts'
import { readSchemaFolder } from '../../json-schema/read-folder.ts'
import { Catalog } from '../../metadata/catalog.ts'
import { PLATFORM_TABLES } from '../../metadata/platform/index.ts'
import { generateRows } from '../../seed/generate-rows.ts'
import type { Exit, Io } from '../io.ts'
import { printSeed } from '../seed-files/print-seed.ts'

interface SeedCommandOptions {
  readonly schemas: string
  readonly count: number
  readonly seed: number
  readonly out: string
}

/** What a new organization is usually tried with. */
const USUAL_TABLES = ['account', 'contact', 'lead']

/** `dataverse-handlers seed`: rows made from metadata alone, in a file for `start --seed`. */
export function seedCommand(io: Io, exit: Exit): Command {
  return new Command('seed')
    .description('make rows to begin with from metadata alone: a file for start --seed')
    .argument('[tables...]', `logical names (default: ${USUAL_TABLES.join(', ')})`)
    .option('--schemas <folder>', 'the tables, as import wrote them', 'schemas')
    .option('--count <number>', 'rows of each table', wholeNumber, 10)
    .option(
      '--seed <number>',
      'another number gives other rows, the same one the same',
      wholeNumber,
      1,
    )
    .option('--out <file>', 'where they go; a file that is there is left alone', 'seed.json')
    .action((tables: string[], options: SeedCommandOptions) => {
      writeSeed(tables.length === 0 ? USUAL_TABLES : tables, options, io)
      exit(0)
    })
}

function writeSeed(names: readonly string[], options: SeedCommandOptions, io: Io): void {
  const out = resolve(io.cwd, options.out)
  const shown = relative(io.cwd, out)
  if (existsSync(out)) {
    throw new DataverseError(
      'SEED_INVALID',
      `${shown} is there already: name another file with --out.`,
    )
  }
  const folder = resolve(io.cwd, options.schemas)
  const tables = existsSync(folder) ? readSchemaFolder(folder) : []
  const rows = generateRows(new Catalog([...PLATFORM_TABLES, ...tables]), {
    tables: names,
    counts: Object.fromEntries(names.map((name) => [name, options.count])),
    seed: options.seed,
  })
  writeFileSync(out, printSeed(rows), { flag: 'wx' })
  io.stdout.write(`${rows.length} rows of ${names.join(', ')} written to ${shown}\n`)
}

function wholeNumber(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('Give a whole number.')
}
