export {
  ACCESS_RIGHTS,
  ALL_RIGHTS,
  INHERITED_FROM_OWNERS,
  accessMask,
  rightsIn,
} from '../pipeline/access-rights.ts'
