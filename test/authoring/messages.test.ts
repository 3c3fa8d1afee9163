import { join } from 'node:path'
import ts from 'typescript'

// What the compiler says about a handler that cannot work: its words must name what is wrong.

const ROOT = join(__dirname, '../..')

const TABLES = `
import type { Col } from 'dataverse-handlers'
declare module 'dataverse-handlers' {
  interface Tables {
    account: {
      logicalName: 'account'
      entitySetName: 'accounts'
      primaryId: 'accountid'
      columns: {
        accountid: Col<string, 'rc', 'never'>
        name: Col<string>
        creditlimit: Col<number>
        creditonhold: Col<boolean>
        lastonholdtime: Col<string>
      }
    }
    contact: {
      logicalName: 'contact'
      entitySetName: 'contacts'
      primaryId: 'contactid'
      columns: { contactid: Col<string, 'rc', 'never'>; fullname: Col<string> }
    }
  }
}
`

const IMPORTS = `
import { Handler, PostOperation, PreOperation, PreValidation } from 'dataverse-handlers'
import type { AssociateEvent, CreateEvent, DeleteEvent, UpdateEvent } from 'dataverse-handlers'
`

/** A method of a handler of `account` → what the compiler's text must contain. */
const METHODS: Readonly<Record<string, readonly [source: string, ...text: string[]]>> = {
  'a misspelt column in columns': [
    `@PreOperation('Update', { columns: ['nmae'] })
     step(_: UpdateEvent<'account'>) {}`,
    `"no such column": "nmae"`,
  ],
  'a misspelt column in a pre-image': [
    `@PreOperation('Update', { preImage: ['name', 'nmae'] })
     step(_: UpdateEvent<'account'>) {}`,
    `"no such column": "nmae"`,
  ],
  'a misspelt column in a named image': [
    `@PostOperation('Update', { postImages: { after: ['nmae'] } })
     step(_: UpdateEvent<'account'>) {}`,
    `"no such column": "nmae"`,
  ],
  'a misspelt column in writes': [
    `@PreOperation('Update', { writes: ['nmae'] })
     step(_: UpdateEvent<'account'>) {}`,
    `"no such column": "nmae"`,
  ],
  'a misspelt column in the event type': [
    `@PreOperation('Update', { preImage: ['name'] })
     step(_: UpdateEvent<'account', { preImage: 'nmae' }>) {}`,
    `"nmae"`,
  ],
  'a misspelt column of the target': [
    `@PreOperation('Update')
     step({ target }: UpdateEvent<'account'>) { void target.nmae }`,
    `'nmae' does not exist`,
  ],
  'a column set without writes': [
    `@PreOperation('Update', { writes: ['lastonholdtime'] })
     step({ target }: UpdateEvent<'account', { writes: 'lastonholdtime' }>) { target.creditlimit = 1 }`,
    `Cannot assign to 'creditlimit' because it is a read-only property`,
  ],
  'writes of the event type that the decorator lacks': [
    `@PreOperation('Update', { writes: ['lastonholdtime'] })
     step(_: UpdateEvent<'account', { writes: 'lastonholdtime' | 'creditlimit' }>) {}`,
    `"written but not declared in writes": "creditlimit"`,
  ],
  "an event that is not the decorator's": [
    `@PreOperation('Update')
     step(_: CreateEvent<'account'>) {}`,
    `"not an event of Update": "Create"`,
  ],
  'a parameter that is no event': [
    `@PreOperation('Update')
     step(_: number) {}`,
    `"not an event": number`,
  ],
  'a second parameter': [
    `@PreOperation('Update')
     step(_: UpdateEvent<'account'>, _more: string) {}`,
    `"a step takes one event"`,
  ],
  'a pre-image on Create': [
    `@PreOperation('Create', { preImage: ['name'] })
     step(_: CreateEvent<'account'>) {}`,
    `Create has no pre-image`,
  ],
  'a post-image on Delete': [
    `@PostOperation('Delete', { postImage: ['name'] })
     step(_: DeleteEvent<'account'>) {}`,
    `Delete has no post-image`,
  ],
  'a post-image before PostOperation': [
    `@PreValidation('Update', { postImage: ['name'] })
     step(_: UpdateEvent<'account'>) {}`,
    `PreValidation has no post-image: it runs before the row is written`,
  ],
  'writes at PostOperation': [
    `@PostOperation('Update', { writes: ['name'] })
     step(_: UpdateEvent<'account'>) {}`,
    `PostOperation has nothing to write: the row is written already`,
  ],
  'writes on Delete': [
    `@PreOperation('Delete', { writes: ['name'] })
     step(_: DeleteEvent<'account'>) {}`,
    `Delete has no columns to write`,
  ],
  'mode async before PostOperation': [
    `@PreOperation('Update', { mode: 'async' })
     step(_: UpdateEvent<'account'>) {}`,
    `PreOperation steps are synchronous; only PostOperation has a mode`,
  ],
  'columns on another message than Update': [
    `@PreOperation('Create', { columns: ['name'] })
     step(_: CreateEvent<'account'>) {}`,
    `only Update steps filter on columns; this is Create`,
  ],
  'an option there is not': [
    `@PreOperation('Update', { colums: ['name'] })
     step(_: UpdateEvent<'account'>) {}`,
    `no such option`,
  ],
  'an option of the wrong type': [
    `@PostOperation('Update', { mode: 'later' })
     step(_: UpdateEvent<'account'>) {}`,
    `"later"`,
    `"sync" | "async"`,
  ],
  'columns that are no list': [
    `@PreOperation('Update', { columns: 'name' })
     step(_: UpdateEvent<'account'>) {}`,
    `'string' is not assignable to type 'readonly string[]'`,
  ],
  'a message there is not': [
    `@PreOperation('Udpate')
     step(_: UpdateEvent<'account'>) {}`,
    `"Udpate"`,
  ],
  'a value of the wrong type': [
    `@PreOperation('Update', { writes: ['creditlimit'] })
     step({ target }: UpdateEvent<'account', { writes: 'creditlimit' }>) { target.creditlimit = 'much' }`,
    `'string' is not assignable to type 'number'`,
  ],
  'a column the image does not hold': [
    `@PreOperation('Update', { preImage: ['name'] })
     step({ preImage }: UpdateEvent<'account', { preImage: 'name' }>) { void preImage.creditlimit }`,
    `Property 'creditlimit' does not exist on type '{ readonly name: string | null; }'`,
  ],
  'an image whose columns the event type does not name': [
    `@PreOperation('Update', { preImage: ['name'] })
     step({ preImage }: UpdateEvent<'account'>) { void preImage.name }`,
    `Property 'name' does not exist on type 'NoColumnsNamed'`,
  ],
  'image columns of the event type that the decorator lacks': [
    `@PreOperation('Update', { preImage: ['name'] })
     step(_: UpdateEvent<'account', { preImage: 'name' | 'creditlimit' }>) {}`,
    `"not in the preImage of the step": "creditlimit"`,
  ],
  'columns of a named image that the decorator lacks': [
    `@PreOperation('Update', { preImages: { before: ['name'] } })
     step(_: UpdateEvent<'account', { preImages: { before: 'name' | 'creditlimit' } }>) {}`,
    `"not in the preImages of the step": "before.creditlimit"`,
  ],
  'a named image the decorator lacks': [
    `@PreOperation('Update', { preImages: { before: ['name'] } })
     step(_: UpdateEvent<'account', { preImages: { earlier: 'name' } }>) {}`,
    `"not in the preImages of the step": "earlier.name"`,
  ],
}

/** A whole class → what the compiler's text must contain. */
const CLASSES: Readonly<Record<string, readonly [source: string, ...text: string[]]>> = {
  'a step of another table': [
    `@Handler('account')
     export class Mixed {
       @PostOperation('Update')
       stamp(_: UpdateEvent<'contact'>) {}
     }`,
    `"step registered elsewhere": "stamp takes an event of contact"`,
  ],
  'Associate on a table': [
    `@Handler('account')
     export class Links {
       @PreOperation('Associate')
       link(_: AssociateEvent) {}
     }`,
    `"step registered elsewhere": "link takes an event of Associate, which is registered on a relationship"`,
  ],
  'Update on a relationship': [
    `@Handler.relationship('contactleads_association')
     export class Changes {
       @PreOperation('Update')
       change(_: UpdateEvent) {}
     }`,
    `"step registered elsewhere": "change takes an event of Update, which is registered on a table"`,
  ],
}

const FINE = `
@Handler('account')
export class Fine {
  @PreOperation('Update', { columns: ['creditonhold'], preImage: ['name'], writes: ['lastonholdtime'] })
  step({ target, preImage }: UpdateEvent<'account', { preImage: 'name'; writes: 'lastonholdtime' }>) {
    if (target.creditonhold) target.lastonholdtime = preImage.name
  }
}
`

const inAccount = (method: string) => `@Handler('account')\nexport class Subject {\n${method}\n}`
const sources = new Map<string, string>([
  ['tables', TABLES],
  ['fine', IMPORTS + FINE],
  ...Object.entries(METHODS).map(
    ([name, [method]]) => [name, IMPORTS + inAccount(method)] as const,
  ),
  ...Object.entries(CLASSES).map(([name, [source]]) => [name, IMPORTS + source] as const),
])
const textOf = compile(sources)

test('a sound handler compiles', () => {
  expect(textOf('fine')).toBe('')
})

describe('the compiler names the offender:', () => {
  test.each(Object.entries({ ...METHODS, ...CLASSES }))('%s', (name, [, ...texts]) => {
    for (const text of texts) expect(textOf(name)).toContain(text)
  })
})

/** One program for all of them; each is a file of its own that exists nowhere. */
function compile(files: ReadonlyMap<string, string>): (name: string) => string {
  const config = ts.readConfigFile(join(ROOT, 'tsconfig.json'), (path) => ts.sys.readFile(path))
  const { options } = ts.parseJsonConfigFileContent(
    { ...config.config, include: [], files: ['src/index.ts'] },
    ts.sys,
    ROOT,
  )
  const pathOf = (name: string) => join(ROOT, 'test/authoring', `${name}.snippet.ts`)
  const byPath = new Map([...files].map(([name, source]) => [pathOf(name), source]))
  const host = ts.createCompilerHost(options)
  host.fileExists = (path) => byPath.has(path) || ts.sys.fileExists(path)
  host.readFile = (path) => byPath.get(path) ?? ts.sys.readFile(path)
  const program = ts.createProgram(
    [...byPath.keys()],
    { ...options, noUnusedLocals: false, noUnusedParameters: false },
    host,
  )
  return (name) =>
    ts
      .getPreEmitDiagnostics(program, program.getSourceFile(pathOf(name)))
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))
      .join('\n')
}
