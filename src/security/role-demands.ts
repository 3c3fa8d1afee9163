import { DataverseError } from '../errors/dataverse-error.ts'
import type { AnyOperation } from '../pipeline/operation.ts'
import { PRIVILEGE_DEPTHS, readDepth } from '../pipeline/privilege-depths.ts'
import { onRow, type Demand, type Facts, type MakeDemands } from './demand.ts'
import { SYSTEM_ADMINISTRATOR } from './principal.ts'

/** Nobody hands on what they do not hold. */
export function ofRolePrivileges(operation: AnyOperation, facts: Facts): readonly Demand[] {
  const { Privileges: given } = operation.request as {
    readonly Privileges: readonly GivenPrivilege[]
  }
  return [
    ...onRow('Write')(operation, facts),
    ...given.map(({ PrivilegeId, PrivilegeName, Depth }): Demand => ({
      kind: 'depth',
      privilege: facts.privileges.find({ id: PrivilegeId, name: PrivilegeName }),
      depth: PRIVILEGE_DEPTHS[readDepth(Depth)],
    })),
  ]
}

interface GivenPrivilege {
  readonly PrivilegeId?: string
  readonly PrivilegeName?: string
  readonly Depth: string | number
}

/** @throws ADMINISTRATOR_ROLE_NOT_DELETABLE, ADMINISTRATOR_ROLE_FIXED for the role that allows everything */
export function unlessAdministrators(make: MakeDemands): MakeDemands {
  return (operation, facts) => {
    const { id, table, message } = operation
    if (id !== SYSTEM_ADMINISTRATOR || table?.logicalName !== 'role') {
      return make(operation, facts)
    }
    throw message.name === 'Delete'
      ? new DataverseError(
          'ADMINISTRATOR_ROLE_NOT_DELETABLE',
          'The System Administrator Role cannot be deleted.',
        )
      : new DataverseError(
          'ADMINISTRATOR_ROLE_FIXED',
          'The System Administrator Role cannot be modified.',
        )
  }
}
