import type { HostPreset } from '../host-preset.ts'

/** A plain Node.js process that serves HTTP: `node index.mjs`. */
export const node: HostPreset = {
  name: 'node',
  entry: 'hosts/node/entry.ts',
  format: 'esm',
  file: 'index.mjs',
  external: [],
  offers: { targetWrites: false, transaction: false },
}
