import { PLATFORM_TABLES } from '../../metadata/platform/index.ts'
import type { TableDefinition } from '../../metadata/table-definition.ts'
import { describeMessages, describeSteps, describeTables } from './describe.ts'
import { requestsToTry } from './requests-to-try.ts'
import type { RunningOrganization } from './running-organization.ts'
import type { SignIn } from './sign-in.ts'

/** What is served where, and how to try it: what a newcomer reads first. */
export function describeOrganization(
  { org, parts }: RunningOrganization,
  url: string,
  signIn: SignIn | undefined,
): string {
  const root = `${url}/api/data/v9.2`
  const own = ownTables(parts.tables)
  return [
    'Tables',
    '',
    describeTables(org.catalog, own),
    '',
    'Steps, in pipeline order',
    '',
    org.steps.length === 0 ? 'none' : describeSteps(org.steps),
    ...describeMessages(org.customMessages),
    '',
    `Web API  ${root}/`,
    '',
    ...(signIn === undefined ? [] : ['Sign in', ...signIn.told.map((line) => `  ${line}`), '']),
    'Try',
    ...(signIn === undefined ? [] : [`  ${signIn.tokenLine(url)}`]),
    ...requestsToTry(org, own, root).map((line) => `  ${authorized(line, signIn)}`),
    '',
    'Each request shows here what it sets off. Ctrl-C ends.',
    '',
  ].join('\n')
}

function authorized(line: string, signIn: SignIn | undefined): string {
  return signIn === undefined ? line : `${line} -H "Authorization: Bearer $TOKEN"`
}

/** What somebody imported or made, beside the tables every organization has. */
function ownTables(tables: readonly TableDefinition[]): readonly string[] {
  const builtIn = new Set(PLATFORM_TABLES.map((table) => table.logicalName))
  return tables.map((table) => table.logicalName).filter((name) => !builtIn.has(name))
}
