/** EntityDefinitions made up for tests. */

export type Json = Readonly<Record<string, unknown>>

export const label = (text: string) => ({
  LocalizedLabels: [{ Label: text, LanguageCode: 1033 }],
  UserLocalizedLabel: { Label: text, LanguageCode: 1033 },
})

export function attribute(logicalName: string, type: string, more: Json = {}): Json {
  return {
    AttributeType: type,
    AttributeTypeName: { Value: `${type}Type` },
    LogicalName: logicalName,
    SchemaName: logicalName.toUpperCase(),
    IsValidForCreate: true,
    IsValidForUpdate: true,
    IsValidForRead: true,
    RequiredLevel: { Value: 'None', CanBeChanged: true },
    ...more,
  }
}

export function entity(attributes: readonly Json[], more: Json = {}): Json {
  return {
    LogicalName: 'new_parcel',
    SchemaName: 'new_Parcel',
    EntitySetName: 'new_parcels',
    PrimaryIdAttribute: 'new_parcelid',
    OwnershipType: 'UserOwned',
    TableType: 'Standard',
    Attributes: attributes,
    ...more,
  }
}
