const two = (value: number): string => String(value).padStart(2, '0')

/** The day of a date as a date field has it, in the reader's zone: `2027-01-31`. */
export const dayOf = (date: Date): string => `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`

/** The last second of a day in the reader's zone, with the offset that holds on that day: `2027-01-31T23:59:59+01:00`. */
export function endOfDay(day: string): string {
  return `${day}T23:59:59${offsetOf(new Date(`${day}T23:59:59`))}`
}

/** The first second of a day, alike. */
export function startOfDay(day: string): string {
  return `${day}T00:00:00${offsetOf(new Date(`${day}T00:00:00`))}`
}

function offsetOf(date: Date): string {
  const minutes = -date.getTimezoneOffset()
  const size = Math.abs(minutes)
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`
}
