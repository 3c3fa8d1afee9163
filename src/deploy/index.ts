/* For the command line and the build */
export { bundleHandlers, type Bundle, type BundleOptions } from './bundle.ts'
export { manifestOf, type DeclaredStep } from './manifest.ts'
export { loadHandlers, type LoadedHandlers } from './load-handlers.ts'
