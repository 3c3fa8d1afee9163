import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { RunningOrganization } from '../../src/cli/start/running-organization.ts'
import { servedOrganization } from '../../src/cli/start/served-organization.ts'
import { readSchemaFolder } from '../../src/json-schema/read-folder.ts'
import type { WebApiRequest, WebApiResponse } from '../../src/web-api/http.ts'
import { createWebApi } from '../../src/web-api/web-api.ts'

const ROOT = join(__dirname, '..', '..')

/** The requests of the README's section, each with the lines that follow it. */
function transcript(): readonly { readonly line: string; readonly answer: string }[] {
  const [, section = ''] = readFileSync(join(ROOT, 'README.md'), 'utf8').split('## Running\n')
  const [, block = ''] = section.split('```\n')
  return block
    .split(/^\$ /m)
    .slice(1)
    .map((part) => {
      const [line = '', ...answer] = part.trim().split('\n')
      return { line, answer: answer.join('\n') }
    })
}

/** What curl sends for a line. */
function requestOf(line: string): WebApiRequest {
  const words = [...line.matchAll(/'([^']*)'|"((?:[^"\\]|\\.)*)"|(\S+)/g)].map(
    ([, single, double, bare]) => single ?? double?.replaceAll('\\$', '$') ?? bare ?? '',
  )
  const after = (option: string) => words[words.indexOf(option) + 1]
  const url = words.find((word) => word.startsWith('http')) ?? ''
  const body = words.includes('-d') ? after('-d') : undefined
  const method = words.includes('-X') ? (after('-X') ?? '') : body === undefined ? 'GET' : 'POST'
  const headers = { host: '127.0.0.1:8080', 'content-type': 'application/json' }
  return { method, url, headers, body }
}

/** The answer as curl prints it, without what every server says. */
function printed(line: string, { status, headers, body }: WebApiResponse): string {
  if (line.includes('-i ')) {
    return ['OData-EntityId', 'Location', 'OData-Version']
      .map((name) => `${name}: ${headers[name] ?? ''}`)
      .join('\n')
  }
  return `${typeof body === 'string' ? body : ''}${line.includes('%{http_code}') ? status : ''}`
}

test('the answers of the README are those the server gives', async () => {
  const { api } = new RunningOrganization(
    { tables: readSchemaFolder(join(ROOT, 'schemas')), handlers: [], services: [] },
    {
      serve: (org) => createWebApi({ catalog: org.catalog, service: servedOrganization(org) }),
      traced: () => undefined,
    },
  )
  const requests = transcript()

  expect(requests).toHaveLength(8)
  for (const { line, answer } of requests) {
    const given = printed(line, await api(requestOf(line)))
    if (!line.includes('-i ')) expect(given).toBe(answer)
    else for (const header of given.split('\n')) expect(answer.split('\n')).toContain(header)
  }
})
