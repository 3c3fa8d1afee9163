import { readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type { BuildOptions, Plugin } from 'esbuild'
import { packageRoot } from './package-root.ts'

/** How handlers are bundled, on whatever host: from source, with everything they need in one file. */
export function bundleOptions(contents: string, format: 'esm' | 'cjs'): BuildOptions {
  return {
    stdin: { contents, resolveDir: packageRoot(), sourcefile: 'bundle.ts', loader: 'ts' },
    bundle: true,
    format,
    platform: 'node',
    target: 'node20',
    // Steps are called by their classes, whatever a minifier does to them.
    keepNames: true,
    conditions: ['source'],
    // The compiler's settings for handlers, so that a folder without a tsconfig.json is bundled alike.
    tsconfigRaw: {
      compilerOptions: { experimentalDecorators: true, useDefineForClassFields: false },
    },
    ...(format === 'esm' && { banner: { js: REQUIRE } }),
    logLevel: 'silent',
    metafile: true,
    plugins: [ownSources()],
  }
}

/** Packages that are CommonJS inside ask for Node's modules with `require`, which an ES module does not have. */
const REQUIRE = [
  "import { createRequire as createRequireOf } from 'node:module'",
  'const require = createRequireOf(import.meta.url)',
].join('\n')

/** An import for each file: `module0`, `module1` … */
export function moduleImports(files: readonly string[]): readonly string[] {
  return files.map((file, index) => `import * as module${index} from ${JSON.stringify(file)}`)
}

/**
 * Handlers and what reads their decorators meet in one copy of this package, this one, and of it only what
 * is used is taken: none of its files does anything but define.
 */
function ownSources(): Plugin {
  const root = packageRoot()
  const src = join(root, 'src')
  const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    readonly exports: Readonly<Record<string, { readonly source?: string } | string>>
  }
  return {
    name: 'own-sources',
    setup(build) {
      build.onResolve({ filter: /^dataverse-handlers(\/|$)/ }, ({ path }) => {
        const door = `.${path.slice('dataverse-handlers'.length)}`
        const found = exports[door]
        const source = typeof found === 'object' ? found.source : door
        return source === undefined ? undefined : { path: join(root, source), sideEffects: false }
      })
      build.onResolve({ filter: /^\.\.?\// }, ({ path, importer }) =>
        importer.startsWith(src)
          ? { path: resolve(dirname(importer), path), sideEffects: false }
          : undefined,
      )
    },
  }
}
