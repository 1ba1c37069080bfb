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

/**
 * Negative, 0 or positive as `a` comes before, with or after `b` by Unicode code points: the order of PostgreSQL's
 * `collate "C"`, where JavaScript's own puts what lies beyond U+FFFF before U+E000.
 */
export function compareTexts(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let at = 0; at < length; at += 1) {
    const [left, right] = [a.charCodeAt(at), b.charCodeAt(at)]
    if (left !== right) return rank(left) - rank(right)
  }
  return a.length - b.length
}

/** A UTF-16 unit's place by code point: a surrogate begins one above all others. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit
}
