import type { AnyBatch, Batch } from '../pipeline/batch.ts'
import type { AnyMessage, Message } from '../pipeline/message.ts'
import {
  commitAnnotationBlocksUpload,
  initializeAnnotationBlocksDownload,
  initializeAnnotationBlocksUpload,
} from './annotation-blocks.ts'
import { addMembersTeam } from './add-members-team.ts'
import { addPrivilegesRole } from './add-privileges-role.ts'
import { assign } from './assign.ts'
import {
  commitAttachmentBlocksUpload,
  initializeAttachmentBlocksDownload,
  initializeAttachmentBlocksUpload,
} from './attachment-blocks.ts'
import { associate } from './associate.ts'
import { calculateRollupField } from './calculate-rollup-field.ts'
import { commitFileBlocksUpload } from './commit-file-blocks-upload.ts'
import { bulkDelete } from './bulk-delete.ts'
import { createMultiple } from './create-multiple.ts'
import { create } from './create.ts'
import { deleteFile } from './delete-file.ts'
import { deleteMultiple } from './delete-multiple.ts'
import { deleteRow } from './delete.ts'
import { disassociate } from './disassociate.ts'
import { downloadBlock } from './download-block.ts'
import { formatAddress } from './format-address.ts'
import { getAllTimeZonesWithDisplayName } from './get-all-time-zones-with-display-name.ts'
import { getAutoNumberSeed } from './get-auto-number-seed.ts'
import { getNextAutoNumberValue } from './get-next-auto-number-value.ts'
import { getTimeZoneCodeByLocalizedName } from './get-time-zone-code-by-localized-name.ts'
import { grantAccess } from './grant-access.ts'
import { initializeFileBlocksDownload } from './initialize-file-blocks-download.ts'
import { initializeFileBlocksUpload } from './initialize-file-blocks-upload.ts'
import { initializeFrom } from './initialize-from.ts'
import { isValidStateTransition } from './is-valid-state-transition.ts'
import { retrieveAvailableLanguages, retrieveProvisionedLanguages } from './languages.ts'
import { localTimeFromUtcTime } from './local-time-from-utc-time.ts'
import { merge } from './merge.ts'
import { modifyAccess } from './modify-access.ts'
import { reassignObjectsOwner } from './reassign-objects-owner.ts'
import { reassignObjectsSystemUser } from './reassign-objects-system-user.ts'
import { removeMembersTeam } from './remove-members-team.ts'
import { publishAllXml, publishXml } from './publish.ts'
import { retrieveCurrentOrganization } from './retrieve-current-organization.ts'
import { retrieveEntityChanges } from './retrieve-entity-changes.ts'
import { removePrivilegeRole } from './remove-privilege-role.ts'
import { replacePrivilegesRole } from './replace-privileges-role.ts'
import { retrieveOrganizationInfo } from './retrieve-organization-info.ts'
import { retrievePrincipalAccess } from './retrieve-principal-access.ts'
import { retrieveSharedPrincipalsAndAccess } from './retrieve-shared-principals-and-access.ts'
import { retrieveRolePrivilegesRole } from './retrieve-role-privileges-role.ts'
import { retrieveUserPrivilegeByPrivilegeName } from './retrieve-user-privilege-by-privilege-name.ts'
import { retrieveUserPrivileges } from './retrieve-user-privileges.ts'
import { revokeAccess } from './revoke-access.ts'
import { executeMultiple } from './execute-multiple.ts'
import { executeTransaction } from './execute-transaction.ts'
import { fetchXmlToQueryExpression, queryExpressionToFetchXml } from './query-conversion.ts'
import { retrieveTotalRecordCount } from './retrieve-total-record-count.ts'
import { publishDuplicateRule, unpublishDuplicateRule } from './publish-duplicate-rule.ts'
import { retrieveVersion } from './retrieve-version.ts'
import { retrieve } from './retrieve.ts'
import { retrieveMultiple } from './retrieve-multiple.ts'
import { setAutoNumberSeed } from './set-auto-number-seed.ts'
import { setBusiness } from './set-business.ts'
import { setParent } from './set-parent.ts'
import { setState } from './set-state.ts'
import { updateMultiple } from './update-multiple.ts'
import { update } from './update.ts'
import { uploadBlock } from './upload-block.ts'
import { upsertMultiple } from './upsert-multiple.ts'
import { upsert } from './upsert.ts'
import { utcTimeFromLocalTime } from './utc-time-from-local-time.ts'
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
  publishDuplicateRule,
  unpublishDuplicateRule,
  whoAmI,
  retrieveVersion,
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
