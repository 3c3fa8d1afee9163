/* For generated types */
export type { Col, Tables } from './rows/tables.ts'
