/** A JSON value as it travels on the wire. */
export type Json = string | number | boolean | null | Json[] | { [name: string]: Json }

/** A JSON object. Read its members with {@link own}: a name from the wire may be `constructor`. */
export type JsonObject = { [name: string]: Json }

/** Whether a value is a JSON object: neither null nor a list. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A member of an object, or undefined when the object itself has none of that name: never something inherited. */
export function own(object: Readonly<JsonObject>, name: string): Json | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined
}

/**
 * A text that two values share when they are the same resource state: member order has no meaning
 * (RFC 7643 §2.3.8), nor has the order of a multi-valued attribute (§2.4), and an absent `primary` is false.
 */
export function canonical(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonical).sort().join(',')}]`
  if (!isObject(value)) return JSON.stringify(value)
  const members = Object.keys(value)
    .filter((name) => !(name === 'primary' && value[name] === false))
    .sort()
    .map((name) => `${JSON.stringify(name)}:${canonical(value[name] as Json)}`)
  return `{${members.join(',')}}`
}

/** Whether two values are the same resource state, see {@link canonical}. */
export function sameState(a: Json, b: Json): boolean {
  return a === b || canonical(a) === canonical(b)
}

/** A text from the wire, short and printable enough to be quoted in an error. */
export function quoted(text: string): string {
  const short = text.length > 80 ? `${text.slice(0, 80)}…` : text
  return JSON.stringify(short.toWellFormed())
}
