import type { AnyBatch, Batch } from '../pipeline/batch.ts'
import type { AnyMessage, Message } from '../pipeline/message.ts'
import {
  commitAnnotationBlocksUpload,
  initializeAnnotationBlocksDownload,
  initializeAnnotationBlocksUpload,
} from './files/annotation-blocks.ts'
import { addMembersTeam } from './directory/add-members-team.ts'
import { addPrivilegesRole } from './roles/add-privileges-role.ts'
import { assign } from './ownership/assign.ts'
import {
  commitAttachmentBlocksUpload,
  initializeAttachmentBlocksDownload,
  initializeAttachmentBlocksUpload,
} from './files/attachment-blocks.ts'
import { associate } from './links/associate.ts'
import { calculateRollupField } from './columns/calculate-rollup-field.ts'
import { commitFileBlocksUpload } from './files/commit-file-blocks-upload.ts'
import { bulkDelete } from './rows/bulk-delete.ts'
import { createMultiple } from './rows/create-multiple.ts'
import { create } from './rows/create.ts'
import { deleteFile } from './files/delete-file.ts'
import { deleteMultiple } from './rows/delete-multiple.ts'
import { deleteRow } from './rows/delete.ts'
import { disassociate } from './links/disassociate.ts'
import { downloadBlock } from './files/download-block.ts'
import { formatAddress } from './organization/format-address.ts'
import { getAllTimeZonesWithDisplayName } from './time/get-all-time-zones-with-display-name.ts'
import { getAutoNumberSeed } from './columns/get-auto-number-seed.ts'
import { getNextAutoNumberValue } from './columns/get-next-auto-number-value.ts'
import { getTimeZoneCodeByLocalizedName } from './time/get-time-zone-code-by-localized-name.ts'
import { grantAccess } from './sharing/grant-access.ts'
import { initializeFileBlocksDownload } from './files/initialize-file-blocks-download.ts'
import { initializeFileBlocksUpload } from './files/initialize-file-blocks-upload.ts'
import { initializeFrom } from './rows/initialize-from.ts'
import { isValidStateTransition } from './rows/is-valid-state-transition.ts'
import {
  retrieveAvailableLanguages,
  retrieveProvisionedLanguages,
} from './organization/languages.ts'
import { localTimeFromUtcTime } from './time/local-time-from-utc-time.ts'
import { merge } from './rows/merge.ts'
import { modifyAccess } from './sharing/modify-access.ts'
import { reassignObjectsOwner } from './ownership/reassign-objects-owner.ts'
import { reassignObjectsSystemUser } from './ownership/reassign-objects-system-user.ts'
import { removeMembersTeam } from './directory/remove-members-team.ts'
import { publishAllXml, publishXml } from './organization/publish.ts'
import { retrieveCurrentOrganization } from './organization/retrieve-current-organization.ts'
import { retrieveEntityChanges } from './tracking/retrieve-entity-changes.ts'
import { removePrivilegeRole } from './roles/remove-privilege-role.ts'
import { addUserToRecordTeam, removeUserFromRecordTeam } from './sharing/record-teams.ts'
import { replacePrivilegesRole } from './roles/replace-privileges-role.ts'
import { retrieveOrganizationInfo } from './organization/retrieve-organization-info.ts'
import { retrievePrincipalAccess } from './sharing/retrieve-principal-access.ts'
import { retrieveSharedPrincipalsAndAccess } from './sharing/retrieve-shared-principals-and-access.ts'
import { retrieveRolePrivilegesRole } from './roles/retrieve-role-privileges-role.ts'
import { retrieveUserPrivilegeByPrivilegeName } from './roles/retrieve-user-privilege-by-privilege-name.ts'
import { retrieveUserPrivileges } from './roles/retrieve-user-privileges.ts'
import { revokeAccess } from './sharing/revoke-access.ts'
import { executeMultiple } from './batches/execute-multiple.ts'
import { executeTransaction } from './batches/execute-transaction.ts'
import { fetchXmlToQueryExpression, queryExpressionToFetchXml } from './queries/query-conversion.ts'
import { retrieveTotalRecordCount } from './rows/retrieve-total-record-count.ts'
import {
  publishDuplicateRule,
  unpublishDuplicateRule,
} from './duplicates/publish-duplicate-rule.ts'
import { retrieveExchangeRate } from './organization/retrieve-exchange-rate.ts'
import { retrieveVersion } from './organization/retrieve-version.ts'
import { retrieve } from './rows/retrieve.ts'
import { retrieveMultiple } from './rows/retrieve-multiple.ts'
import { send, sendEmail } from './activities/send-email.ts'
import { setAutoNumberSeed } from './columns/set-auto-number-seed.ts'
import { setBusiness } from './directory/set-business.ts'
import { setParent } from './directory/set-parent.ts'
import { setState } from './rows/set-state.ts'
import { updateMultiple } from './rows/update-multiple.ts'
import { update } from './rows/update.ts'
import { uploadBlock } from './files/upload-block.ts'
import { upsertMultiple } from './rows/upsert-multiple.ts'
import { upsert } from './rows/upsert.ts'
import { utcTimeFromLocalTime } from './time/utc-time-from-local-time.ts'
import { whoAmI } from './organization/who-am-i.ts'

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
  addUserToRecordTeam,
  removeUserFromRecordTeam,
  addMembersTeam,
  removeMembersTeam,
  reassignObjectsOwner,
  reassignObjectsSystemUser,
  retrievePrincipalAccess,
  retrieveSharedPrincipalsAndAccess,
  addPrivilegesRole,
  removePrivilegeRole,
  replacePrivilegesRole,
  retrieveRolePrivilegesRole,
  retrieveUserPrivileges,
  retrieveUserPrivilegeByPrivilegeName,
  merge,
  isValidStateTransition,
  send,
  sendEmail,
  publishDuplicateRule,
  unpublishDuplicateRule,
  whoAmI,
  retrieveVersion,
  retrieveExchangeRate,
  initializeFileBlocksUpload,
  uploadBlock,
  commitFileBlocksUpload,
  initializeFileBlocksDownload,
  downloadBlock,
  deleteFile,
  initializeAnnotationBlocksUpload,
  commitAnnotationBlocksUpload,
  initializeAnnotationBlocksDownload,
  initializeAttachmentBlocksUpload,
  commitAttachmentBlocksUpload,
  initializeAttachmentBlocksDownload,
  retrieveEntityChanges,
  retrieveTotalRecordCount,
  retrieveCurrentOrganization,
  retrieveOrganizationInfo,
  retrieveAvailableLanguages,
  retrieveProvisionedLanguages,
  formatAddress,
  initializeFrom,
  publishXml,
  publishAllXml,
  bulkDelete,
  fetchXmlToQueryExpression,
  queryExpressionToFetchXml,
  calculateRollupField,
  setAutoNumberSeed,
  getAutoNumberSeed,
  getNextAutoNumberValue,
  localTimeFromUtcTime,
  utcTimeFromLocalTime,
  getTimeZoneCodeByLocalizedName,
  getAllTimeZonesWithDisplayName,
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
