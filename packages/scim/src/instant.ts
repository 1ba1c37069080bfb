/** A point in time: whole seconds since 1970-01-01T00:00:00Z, and the digits after the point, without trailing zeros. */
export interface Instant {
  readonly seconds: number
  readonly fraction: string
}

/** xsd:dateTime with date and time (RFC 7643 §2.3.5). A missing offset is read as UTC. */
const DATE_TIME = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,30}))?(Z|[+-]\d\d:\d\d)?$/i

const DAYS_BEFORE_1970 = 719_468

/** Days since 1970-01-01 in the proleptic Gregorian calendar; years are counted from March, so that leap days come last. */
function daysOf(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year
  const era = Math.floor(y / 400)
  const yearOfEra = y - era * 400
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1
  return (
    era * 146_097 +
    yearOfEra * 365 +
    Math.floor(yearOfEra / 4) -
    Math.floor(yearOfEra / 100) +
    dayOfYear -
    DAYS_BEFORE_1970
  )
}

function daysInMonth(year: number, month: number): number {
  return daysOf(month === 12 ? year + 1 : year, (month % 12) + 1, 1) - daysOf(year, month, 1)
}

/**
 * Reads a dateTime. Fractions of any length count, offsets are applied, and years below 100 mean themselves:
 * Entra sends `0001-01-03T00:00:00.0000000Z`. Answers undefined for anything that is no dateTime.
 */
export function parseInstant(text: string): Instant | undefined {
  const match = DATE_TIME.exec(text)
  if (!match) return undefined
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map(Number)
  const zone = match[8] ?? 'Z'
  const [zoneHours = 0, zoneMinutes = 0] = zone.toUpperCase() === 'Z' ? [] : zone.slice(1).split(':').map(Number)
  const midnight = hour === 24 && minute === 0 && second === 0
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return undefined
  if ((hour > 23 && !midnight) || minute > 59 || second > 60 || zoneHours > 14 || zoneMinutes > 59) return undefined
  const offset = (zone.startsWith('-') ? -1 : 1) * (zoneHours * 3600 + zoneMinutes * 60)
  return {
    seconds: daysOf(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second - offset,
    fraction: (match[7] ?? '').replace(/0+$/, ''),
  }
}

/** Negative when `a` is earlier, positive when it is later, 0 when both are the same instant. */
export function compareInstants(a: Instant, b: Instant): number {
  if (a.seconds !== b.seconds) return a.seconds - b.seconds
  const length = Math.max(a.fraction.length, b.fraction.length)
  const [left, right] = [a.fraction.padEnd(length, '0'), b.fraction.padEnd(length, '0')]
  return left < right ? -1 : left > right ? 1 : 0
}

/** The instant in UTC with at least milliseconds, as `Date.toISOString` writes it. */
export function instantText({ seconds, fraction }: Instant): string {
  const days = Math.floor(seconds / 86_400)
  const rest = seconds - days * 86_400
  const shifted = days + DAYS_BEFORE_1970
  const era = Math.floor(shifted / 146_097)
  const dayOfEra = shifted - era * 146_097
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  )
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153)
  const day = dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  const two = (value: number): string => String(value).padStart(2, '0')
  const date = `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`
  const time = `${two(Math.floor(rest / 3600))}:${two(Math.floor((rest % 3600) / 60))}:${two(rest % 60)}`
  return `${date}T${time}.${fraction.padEnd(3, '0')}Z`
}
