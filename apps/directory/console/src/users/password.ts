/** Without what is mistaken for something else when it is read aloud: 0 O o, 1 I l. */
const LETTERS = 'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789'
const GROUPS = 4
const GROUP_SIZE = 4

/** A password to be handed over: four groups of four characters, some 92 bits, of both cases and with a digit. */
export function newPassword(): string {
  for (;;) {
    const groups = Array.from({ length: GROUPS }, () => Array.from({ length: GROUP_SIZE }, oneLetter).join(''))
    const text = groups.join('-')
    if (/[a-z]/.test(text) && /[A-Z]/.test(text) && /[2-9]/.test(text)) return text
  }
}

/** Each letter as likely as any other: numbers that would favour the first ones are thrown away. */
function oneLetter(): string {
  const limit = 256 - (256 % LETTERS.length)
  for (;;) {
    const [byte = 0] = crypto.getRandomValues(new Uint8Array(1))
    if (byte < limit) return LETTERS.charAt(byte % LETTERS.length)
  }
}
