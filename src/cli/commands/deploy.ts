import { existsSync, readFileSync } from 'node:fs'
import { relative, resolve } from 'node:path'
import { Argument, Command } from 'commander'
import { applyPlan } from '../../deploy/apply-plan.ts'
import { planSteps, type Plan, type PlannedWrite } from '../../deploy/plan-steps.ts'
import { DataverseError } from '../../errors/dataverse-error.ts'
import type { StepManifest } from '../../hosts/host-preset.ts'
import { remoteOrganization } from '../../hosts/remote-organization.ts'
import type { Exit, Io } from '../io.ts'

interface DeployOptions {
  readonly steps: string
  readonly endpoint: string
  readonly webhook?: string
  readonly url?: string
}

/** `dataverse-handlers deploy`: the steps of a bundle, registered in an organization. */
export function deployCommand(io: Io, exit: Exit): Command {
  return new Command('deploy')
    .description('register the steps of a bundle in an organization, for a webhook')
    .addArgument(
      new Argument('<what>', 'plan: tell what is to be written; apply: write it').choices([
        'plan',
        'apply',
      ]),
    )
    .requiredOption(
      '--endpoint <name>',
      'the service endpoint; all its steps are those of the bundle',
    )
    .option(
      '--webhook <url>',
      'where the bundle is called; an endpoint that is not there is made with DATAVERSE_WEBHOOK_KEY',
    )
    .option('--steps <file>', 'what to register, as build wrote it', 'dist/hosts/node/steps.json')
    .option(
      '--url <url>',
      'where the organization is (default: DATAVERSE_URL); called with DATAVERSE_TOKEN, or with the client of DATAVERSE_CLIENT_ID, _SECRET and DATAVERSE_TENANT_ID',
    )
    .action(async (what: string, options: DeployOptions) => {
      await deploy(what === 'apply', options, io)
      exit(0)
    })
}

/** @throws DEPLOY_REFUSED, DEPLOY_FAILED, and what the organization refuses with */
async function deploy(isApplied: boolean, options: DeployOptions, io: Io): Promise<void> {
  const { endpoint: name, webhook: url, url: organization = io.env['DATAVERSE_URL'] } = options
  const manifest = readManifest(resolve(io.cwd, options.steps), io)
  if (organization === undefined || organization === '') {
    throw new DataverseError(
      'INVALID_ARGUMENT',
      'No organization is named: give --url or DATAVERSE_URL, https://<environment>.crm.dynamics.com.',
    )
  }
  const org = remoteOrganization({ ...io.env, DATAVERSE_URL: organization })
  const key = io.env['DATAVERSE_WEBHOOK_KEY'] || undefined
  const plan = await planSteps(org, manifest, {
    name,
    ...(url !== undefined && { url }),
    ...(key !== undefined && { key }),
  })
  const tell = (write: PlannedWrite) => void io.stdout.write(`${write.kind}  ${write.told}\n`)
  if (isApplied) await applyPlan(org, plan, tell)
  else plan.writes.forEach(tell)
  io.stdout.write(`${summary(plan, isApplied)}\n`)
}

function readManifest(file: string, { cwd }: Io): StepManifest {
  const shown = relative(cwd, file)
  if (!existsSync(file)) {
    throw new DataverseError(
      'INVALID_ARGUMENT',
      `There is no ${shown}: run 'npx dataverse-handlers build', or name the file with --steps.`,
    )
  }
  try {
    const read = JSON.parse(readFileSync(file, 'utf8')) as Partial<StepManifest>
    if (Array.isArray(read.steps)) return { steps: read.steps }
  } catch (cause) {
    throw new DataverseError('INVALID_ARGUMENT', `${shown} is no JSON.`, { cause })
  }
  throw new DataverseError('INVALID_ARGUMENT', `${shown} holds no steps, as build writes them.`)
}

function summary({ writes, unchanged }: Plan, isApplied: boolean): string {
  const count = `${writes.length} write${writes.length === 1 ? '' : 's'}`
  const rest = `${unchanged} step${unchanged === 1 ? '' : 's'} unchanged.`
  if (writes.length === 0) return `Nothing to write; ${rest}`
  return isApplied ? `${count} made; ${rest}` : `${count} to make; ${rest}`
}
