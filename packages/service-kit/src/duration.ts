// Digits are bounded so that every duration fits in 32 bits of seconds.
const FORM = /^P(?:(\d{1,4})D)?(?:T(?:(\d{1,5})H)?(?:(\d{1,6})M)?(?:(\d{1,8})S)?)?$/

/** Reads an ISO 8601 duration of days and smaller (`PT40M`, `P1DT12H`) as seconds; undefined when it is none. */
export function readDuration(text: string): number | undefined {
  const parts = FORM.exec(text)
  if (!parts || /[PT]$/.test(text)) return undefined
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = parts.slice(1).map((part) => Number(part ?? 0))
  return ((days * 24 + hours) * 60 + minutes) * 60 + seconds
}

/** Writes seconds as the shortest ISO 8601 duration: 2400 is `PT40M`, 0 is `PT0S`. */
export function writeDuration(seconds: number): string {
  const days = Math.floor(seconds / 86_400)
  const parts = [
    [Math.floor((seconds % 86_400) / 3_600), 'H'],
    [Math.floor((seconds % 3_600) / 60), 'M'],
    [seconds % 60, 'S'],
  ] as const
  const time = parts
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count}${unit}`)
    .join('')
  if (days === 0 && time === '') return 'PT0S'
  return `P${days > 0 ? `${days}D` : ''}${time === '' ? '' : `T${time}`}`
}
