const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']

// The three forms of an HTTP-date that a recipient must read (RFC 9110 §5.6.7); all are in GMT.
const FIXDATE = /^\w{3}, (?<day>\d\d) (?<month>\w{3}) (?<year>\d{4}) (?<time>\d\d:\d\d:\d\d) GMT$/i
const RFC850 = /^\w{6,9}, (?<day>\d\d)-(?<month>\w{3})-(?<year>\d\d) (?<time>\d\d:\d\d:\d\d) GMT$/i
const ASCTIME = /^\w{3} (?<month>\w{3}) (?<day>[ \d]\d) (?<time>\d\d:\d\d:\d\d) (?<year>\d{4})$/i

/**
 * Reads a Retry-After header (RFC 9110 §10.2.3): a number of seconds, or an HTTP-date.
 *
 * @param now The time a date is measured from; without it a date cannot be read.
 * @returns Whole seconds to wait, rounded up; 0 for a date that is past. Undefined for anything else.
 */
export function readRetryAfter(text: string, now: Date | undefined): number | undefined {
  const trimmed = text.trim()
  if (/^\d{1,9}$/.test(trimmed)) return Number(trimmed)
  if (now === undefined) return undefined
  const at = readHttpDate(trimmed, now)
  return at === undefined ? undefined : Math.max(0, Math.ceil((at - now.getTime()) / 1000))
}

/** Milliseconds since 1970. */
function readHttpDate(text: string, now: Date): number | undefined {
  const groups = (FIXDATE.exec(text) ?? RFC850.exec(text) ?? ASCTIME.exec(text))?.groups
  if (!groups) return undefined
  const { day = '', month = '', year = '', time = '' } = groups
  const monthNumber = MONTHS.indexOf(month.toLowerCase()) + 1
  const two = (value: number): string => String(value).padStart(2, '0')
  const fullYear = year.length === 2 ? nearestYear(Number(year), now.getUTCFullYear()) : Number(year)
  const iso = `${String(fullYear).padStart(4, '0')}-${two(monthNumber)}-${two(Number(day))}T${time}Z`
  const at = Date.parse(iso)
  // The parser rolls the 30th of February over; such a date is none.
  return Number.isNaN(at) || new Date(at).getUTCDate() !== Number(day) ? undefined : at
}

/** A year of two digits is one at most 50 years ahead, else the last one past with these digits (RFC 9110 §5.6.7). */
function nearestYear(digits: number, thisYear: number): number {
  const year = thisYear - (thisYear % 100) + digits
  return year > thisYear + 50 ? year - 100 : year
}
