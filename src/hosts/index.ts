import { DataverseError } from '../errors/dataverse-error.ts'
import type { HostPreset } from './host-preset.ts'
import { node } from './node/preset.ts'

/** Every place handlers can be bundled for. */
export const HOSTS: readonly HostPreset[] = [node]

/** @throws NOT_SUPPORTED */
export function hostNamed(name: string): HostPreset {
  const preset = HOSTS.find((host) => host.name === name)
  if (preset !== undefined) return preset
  const known = HOSTS.map((host) => host.name).join(', ')
  throw new DataverseError('NOT_SUPPORTED', `There is no host '${name}'; there is ${known}.`)
}
