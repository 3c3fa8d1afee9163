import { reorganized } from './reorganized.ts'

/** https://learn.microsoft.com/power-apps/developer/data-platform/special-update-operation-behavior */
export const setBusiness = reorganized('SetBusiness', 'BusinessId')
