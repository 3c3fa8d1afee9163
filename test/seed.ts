import fc from 'fast-check'

// The usual run is the same every time; `npm run test:long` draws new cases, and prints the seed of one that fails.
if (process.env['LONG'] === undefined) fc.configureGlobal({ seed: 20261122 })
