/* For tests of handlers */
export { clockAt, type TestClock } from './test-clock.ts'
export { emulator } from './emulator.ts'
export type { Emulator, EmulatorOptions, OrganizationSnapshot } from '../emulator/emulator.ts'
export type { NewRow } from '../emulator/organization-rows.ts'
export type { JobState } from '../emulator/job-rows.ts'
export type { PostToEndpoint } from '../emulator/registration/read-step.ts'
export type { Trace } from '../emulator/trace.ts'
export type { MessageTrace, StepTrace, TraceNode } from '../pipeline/trace.ts'
