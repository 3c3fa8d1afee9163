/**
 * The widest limits of each column type. They stand in where a document tells none, so that nothing
 * the platform accepts is refused.
 * https://learn.microsoft.com/power-apps/maker/data-platform/types-of-fields
 */
export const TYPE_LIMITS = {
  text: { maxLength: 1_073_741_823 },
  integer: { min: -2_147_483_648, max: 2_147_483_647 },
  bigInt: { min: -9_223_372_036_854_775_808n, max: 9_223_372_036_854_775_807n },
  decimal: { min: -100_000_000_000, max: 100_000_000_000, precision: 10 },
  double: { min: -100_000_000_000, max: 100_000_000_000, precision: 5 },
  money: { min: -922_337_203_685_477, max: 922_337_203_685_477, precision: 4 },
  file: { maxSizeInKB: 10_485_760 },
  image: { maxSizeInKB: 30_720 },
} as const
