/** Fullwidth and halfwidth forms, and the ideographic space: the characters of RFC 8265's width mapping rule. */
const WIDE = /[\uFF01-\uFFEE\u3000]/g

/**
 * The comparison key of a userName: RFC 8265 §3.3 UsernameCaseMapped, as RFC 7643 §4.1.1 and RFC 7644 §5 ask.
 * Width mapping, then lower case, then NFC. A key only: what was sent is stored as it was sent, and nothing
 * is refused here, so that a name the profile disallows still compares with itself.
 */
export function foldUserName(text: string): string {
  const narrow = text.replace(WIDE, (character) => character.normalize('NFKC'))
  return narrow.normalize('NFC').toLowerCase().normalize('NFC')
}

/** The comparison key of any other text whose attribute is `caseExact: false`: NFC and lower case. */
export function foldText(text: string): string {
  return text.normalize('NFC').toLowerCase().normalize('NFC')
}
