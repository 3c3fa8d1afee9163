import {
  boolean,
  choice,
  double,
  email,
  id,
  integer,
  text,
  url,
  type Labels,
  type Part,
} from './columns.ts'

/** Amounts a client sends lie between nothing and this. */
export const AMOUNT = [0, 100_000_000_000_000] as const
/** How many of something. */
export const COUNT = [0, 1_000_000_000] as const

/** A choice that ships with one option and waits for an organization's own. */
export const DEFAULT_VALUE: Labels = { 1: 'Default Value' }

export const CONTACT_METHODS: Labels = { 1: 'Any', 2: 'Email', 3: 'Phone', 4: 'Fax', 5: 'Mail' }
export const WEEKDAYS: Labels = {
  0: 'Sunday',
  1: 'Monday',
  2: 'Tuesday',
  3: 'Wednesday',
  4: 'Thursday',
  5: 'Friday',
  6: 'Saturday',
}
export const TIMES_OF_DAY: Labels = { 1: 'Morning', 2: 'Afternoon', 3: 'Evening' }
export const PAYMENT_TERMS: Labels = { 1: 'Net 30', 2: '2% 10, Net 30', 3: 'Net 45', 4: 'Net 60' }
export const INDUSTRIES: Labels = {
  1: 'Accounting',
  2: 'Agriculture and Non-petrol Natural Resource Extraction',
  3: 'Broadcasting Printing and Publishing',
  4: 'Brokers',
  5: 'Building Supply Retail',
  6: 'Business Services',
  7: 'Consulting',
  8: 'Consumer Services',
  9: 'Design, Direction and Creative Management',
  10: 'Distributors, Dispatchers and Processors',
  11: "Doctor's Offices and Clinics",
  12: 'Durable Manufacturing',
  13: 'Eating and Drinking Places',
  14: 'Entertainment Retail',
  15: 'Equipment Rental and Leasing',
  16: 'Financial',
  17: 'Food and Tobacco Processing',
  18: 'Inbound Capital Intensive Processing',
  19: 'Inbound Repair and Services',
  20: 'Insurance',
  21: 'Legal Services',
  22: 'Non-Durable Merchandise Retail',
  23: 'Outbound Consumer Service',
  24: 'Petrochemical Extraction and Distribution',
  25: 'Service Retail',
  26: 'SIG Affiliations',
  27: 'Social Services',
  28: 'Special Outbound Trade Contractors',
  29: 'Specialty Realty',
  30: 'Transportation',
  31: 'Utility Creation and Distribution',
  32: 'Vehicle Retail',
  33: 'Wholesale',
}

const ADDRESS_TYPES: Labels = { 1: 'Bill To', 2: 'Ship To', 3: 'Primary', 4: 'Other' }

/** The first address of an account or contact. Its composite text is not emulated and so is not a column here. */
export const FIRST_ADDRESS: readonly Part[] = [
  choice('Address1_AddressTypeCode', ADDRESS_TYPES),
  text('Address1_PrimaryContactName', 100),
  ...addressLines(200),
]

/** Where an address is. The longest name differs between tables. */
export function addressLines(nameLength: number): readonly Part[] {
  return [
    id('Address1_AddressId'),
    text('Address1_Name', nameLength),
    text('Address1_Line1', 250),
    text('Address1_Line2', 250),
    text('Address1_Line3', 250),
    text('Address1_City', 80),
    text('Address1_County', 50),
    text('Address1_StateOrProvince', 50),
    text('Address1_PostalCode', 20),
    text('Address1_PostOfficeBox', 20),
    text('Address1_Country', 80),
    text('Address1_Telephone1', 50),
    text('Address1_Fax', 50),
    double('Address1_Latitude', [-90, 90], 5),
    double('Address1_Longitude', [-180, 180], 5),
    integer('Address1_UTCOffset', [-1500, 1500]),
  ]
}

/** How to reach someone. */
export const REACH: readonly Part[] = [
  email('EMailAddress1', 100),
  email('EMailAddress2', 100),
  email('EMailAddress3', 100),
  text('Telephone1', 50),
  text('Telephone2', 50),
  text('Telephone3', 50),
  text('Fax', 50),
]

/** How not to. */
export const RELUCTANCE: readonly Part[] = [
  boolean('DoNotBulkEMail', false),
  boolean('DoNotEMail', false),
  boolean('DoNotFax', false),
  boolean('DoNotPhone', false),
  boolean('DoNotPostalMail', false),
  boolean('DoNotSendMM', false),
  boolean('FollowEmail', true),
  boolean('ParticipatesInWorkflow', false),
]

/** Parts of a person's name. The full name is put together by the platform. */
export const PERSON_NAME: readonly Part[] = [
  text('FirstName', 50, 'Recommended'),
  text('MiddleName', 50),
  text('LastName', 50, 'ApplicationRequired'),
  text('FullName', 160, 'read-only'),
  text('YomiFirstName', 150),
  text('YomiMiddleName', 150),
  text('YomiLastName', 150),
  text('YomiFullName', 450, 'read-only'),
  text('Salutation', 100),
  text('JobTitle', 100),
]

export function website(schemaName: string): Part {
  return url(schemaName, 200)
}
