import type { Values } from '../rows/value.ts'
import { standardBiasMinutes } from '../time/local-time.ts'
import { TIME_ZONES } from '../time/zones.ts'

/** The time zones as rows of `timezonedefinition`, made when somebody first looks. */
// Unverified: `userinterfacename`, which on the platform names cities where this one names the zone.
export function timeZoneRows(): readonly Values[] {
  return TIME_ZONES.map(({ code, standardName, daylightName }) => {
    const bias = standardBiasMinutes(code)
    return {
      timezonedefinitionid: `0e200000-0000-4000-8000-${String(code).padStart(12, '0')}`,
      timezonecode: code,
      standardname: standardName,
      daylightname: daylightName,
      userinterfacename: `(GMT${offsetText(bias)}) ${standardName}`,
      bias,
      retiredorder: 0,
    }
  })
}

/** `-05:00` for 300: a bias is what has to be added to come to UTC. */
function offsetText(bias: number): string {
  const minutes = Math.abs(bias)
  const two = (number: number) => String(number).padStart(2, '0')
  return `${bias > 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`
}
