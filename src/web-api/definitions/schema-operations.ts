import type { DeclaredOperation } from './operations.ts'

const TEXT = 'Edm.String'
const NUMBER = 'Edm.Int32'
const FLAG = 'Edm.Boolean'
const LABEL = 'mscrm.Label'

/** A choice of its own, or the one of a column; the solution it belongs to. */
const PLACE = {
  OptionSetName: `${TEXT}?`,
  AttributeLogicalName: `${TEXT}?`,
  EntityLogicalName: `${TEXT}?`,
  SolutionUniqueName: `${TEXT}?`,
}
const NEW_OPTION = { NewOptionValue: NUMBER }
const LOOKUP = {
  Lookup: 'mscrm.ComplexLookupAttributeMetadata',
  OneToManyRelationships: 'Collection(mscrm.ComplexOneToManyRelationshipMetadata)',
  SolutionUniqueName: `${TEXT}?`,
}
const MADE = { RelationshipIds: 'Collection(Edm.Guid)', AttributeId: 'Edm.Guid' }
const NAMES = { EntityNames: 'Collection(Edm.String)' }

function action(
  parameters: DeclaredOperation['parameters'],
  answer?: DeclaredOperation['answer'],
): DeclaredOperation {
  return { kind: 'action', parameters, ...(answer !== undefined && { answer }) }
}

/**
 * What is asked of definitions, as `$metadata` declares it. Requests are read by the definitions' own readers.
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/reference/actions
 */
export const SCHEMA_OPERATIONS: Readonly<Record<string, DeclaredOperation>> = {
  PublishXml: action({ ParameterXml: TEXT }),
  PublishAllXml: action({}),
  InsertOptionValue: action(
    { ...PLACE, Value: `${NUMBER}?`, Label: LABEL, Description: `${LABEL}?` },
    NEW_OPTION,
  ),
  InsertStatusValue: action(
    { ...PLACE, Value: `${NUMBER}?`, Label: LABEL, Description: `${LABEL}?`, StateCode: NUMBER },
    NEW_OPTION,
  ),
  UpdateOptionValue: action({
    ...PLACE,
    Value: NUMBER,
    Label: `${LABEL}?`,
    Description: `${LABEL}?`,
    MergeLabels: FLAG,
  }),
  UpdateStateValue: action({
    ...PLACE,
    Value: NUMBER,
    Label: `${LABEL}?`,
    Description: `${LABEL}?`,
    MergeLabels: FLAG,
    DefaultStatusCode: `${NUMBER}?`,
  }),
  DeleteOptionValue: action({ ...PLACE, Value: NUMBER }),
  OrderOption: action({ ...PLACE, Values: 'Collection(Edm.Int32)' }),
  CreateCustomerRelationships: action(LOOKUP, MADE),
  CreatePolymorphicLookupAttribute: action(LOOKUP, MADE),
  ReactivateEntityKey: action({ EntityLogicalName: TEXT, EntityKeyLogicalName: TEXT }),
  CanBeReferenced: action({ EntityName: TEXT }, { CanBeReferenced: FLAG }),
  CanBeReferencing: action({ EntityName: TEXT }, { CanBeReferencing: FLAG }),
  CanManyToMany: action({ EntityName: TEXT }, { CanManyToMany: FLAG }),
  GetValidReferencedEntities: {
    kind: 'function',
    parameters: { ReferencingEntityName: TEXT },
    answer: NAMES,
  },
  GetValidReferencingEntities: {
    kind: 'function',
    parameters: { ReferencedEntityName: TEXT },
    answer: NAMES,
  },
  GetValidManyToMany: { kind: 'function', parameters: {}, answer: NAMES },
}

/**
 * Types that only these have.
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/reference/label
 */
export const LABEL_TYPES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  LocalizedLabel: {
    Label: TEXT,
    LanguageCode: NUMBER,
    IsManaged: FLAG,
    MetadataId: 'Edm.Guid',
    HasChanged: FLAG,
  },
  Label: {
    LocalizedLabels: 'Collection(mscrm.LocalizedLabel)',
    UserLocalizedLabel: 'mscrm.LocalizedLabel',
  },
}

/** Definitions that are sent along; their members are too many to be told. */
export const LOOKUP_TYPES: readonly string[] = [
  'ComplexLookupAttributeMetadata',
  'ComplexOneToManyRelationshipMetadata',
]
