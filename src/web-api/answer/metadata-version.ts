import type { Catalog } from '../../metadata/catalog.ts'

const versions = new WeakMap<Catalog, string>()
let last = 0

/** A number that is another one once tables have changed; clients keep definitions as long as it stays. */
// Unverified: how far it goes up with each change.
export function metadataVersion(catalog: Catalog): string {
  let version = versions.get(catalog)
  if (version === undefined) versions.set(catalog, (version = String(++last)))
  return version
}
