import type { AnyBatch, Batch } from '../pipeline/batch.ts'
import type { AnyMessage, Message } from '../pipeline/message.ts'
import { assign } from './assign.ts'
import { associate } from './associate.ts'
import { createMultiple } from './create-multiple.ts'
import { create } from './create.ts'
import { deleteMultiple } from './delete-multiple.ts'
import { deleteRow } from './delete.ts'
import { disassociate } from './disassociate.ts'
import { grantAccess } from './grant-access.ts'
import { isValidStateTransition } from './is-valid-state-transition.ts'
import { merge } from './merge.ts'
import { modifyAccess } from './modify-access.ts'
import { retrievePrincipalAccess } from './retrieve-principal-access.ts'
import { retrieveSharedPrincipalsAndAccess } from './retrieve-shared-principals-and-access.ts'
import { revokeAccess } from './revoke-access.ts'
import { executeMultiple } from './execute-multiple.ts'
import { executeTransaction } from './execute-transaction.ts'
import { retrieveVersion } from './retrieve-version.ts'
import { retrieve } from './retrieve.ts'
import { retrieveMultiple } from './retrieve-multiple.ts'
import { setBusiness } from './set-business.ts'
import { setParent } from './set-parent.ts'
import { setState } from './set-state.ts'
import { updateMultiple } from './update-multiple.ts'
import { update } from './update.ts'
import { upsertMultiple } from './upsert-multiple.ts'
import { upsert } from './upsert.ts'
import { whoAmI } from './who-am-i.ts'

/** Every message of the organization. A new one is a file and a name here. */
export const MESSAGES = [
  create,
  retrieve,
  update,
  upsert,
  deleteRow,
  associate,
  disassociate,
  retrieveMultiple,
  assign,
  setState,
  setParent,
  setBusiness,
  createMultiple,
  updateMultiple,
  upsertMultiple,
  deleteMultiple,
  grantAccess,
  modifyAccess,
  revokeAccess,
  retrievePrincipalAccess,
  retrieveSharedPrincipalsAndAccess,
  merge,
  isValidStateTransition,
  whoAmI,
  retrieveVersion,
] as const satisfies readonly AnyMessage[]

/** Messages that send others. */
export const BATCHES = [executeMultiple, executeTransaction] as const satisfies readonly AnyBatch[]

type Listed = (typeof MESSAGES)[number] | (typeof BATCHES)[number]
/** The names of the messages, derived from the lists. */
export type MessageName = Listed['name']
type MessageOf<N extends MessageName> = Extract<Listed, { readonly name: N }>
export type RequestOf<N extends MessageName> =
  MessageOf<N> extends Message<string, infer Request, unknown>
    ? Request
    : MessageOf<N> extends Batch<string, infer Request, unknown>
      ? Request
      : never
export type ResponseOf<N extends MessageName> = Awaited<ReturnType<MessageOf<N>['run']>>
