import type { Values } from '../../src/rows/value.ts'
import type { Emulator } from '../../src/testing/index.ts'
import { TABLES } from '../support/tables.ts'
import type { Asked, Refusal } from './both-ways.ts'

/* Rows of one table, written both ways. */

export const options = { tables: TABLES }
/** Of no row. */
export const MISSING = '11111111-0000-4000-8000-000000000000'
const PROJECTS: string = 'project'

export const bridge = (org: Emulator, values: Values = {}) =>
  org.create(PROJECTS, { name: 'Bridge', ...values })

/** A new project; `body` where JSON spells the values another way. */
export const creating =
  (values: Values, told: Partial<Asked> = {}, body: object = values): Refusal['prepare'] =>
  () =>
    Promise.resolve({
      call: (org) => org.create(PROJECTS, values),
      request: ['POST', 'projects', body],
      ...told,
    })

/** An Update of a project that has a name alone. */
export const changing =
  (values: Values, told: Partial<Asked> = {}, body: object = values): Refusal['prepare'] =>
  async (org) => {
    const id = await bridge(org)
    return {
      call: (caller) => caller.update(PROJECTS, id, values),
      request: ['PATCH', `projects(${id})`, body],
      ...told,
    }
  }
