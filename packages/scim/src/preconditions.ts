/**
 * The entity tag of a resource's version (RFC 7644 §3.14). Weak, since an answer may show a part of the resource and two
 * of the same version need not be the same bytes (RFC 9110 §8.8.1).
 *
 * @param opaque Printable ASCII without quotes: a number, a hash.
 */
export function weakTag(opaque: string | number): string {
  return `W/"${opaque}"`
}

/**
 * Whether the value of `If-Match` or `If-None-Match` names a version: `*` names any, a list one of its members. Opaque
 * parts are compared, whether a tag is weak or not: HTTP's strong comparison, by which a weak tag never matches, would
 * leave SCIM's own examples of `If-Match` without effect. What is no entity tag names nothing.
 *
 * @param current As {@link weakTag} answers it.
 */
export function namesTag(header: string, current: string): boolean {
  if (header.trim() === '*') return true
  const wanted = opaqueOf(current)
  return Array.from(header.matchAll(/(?:W\/)?"([^"]*)"/g), ([, opaque]) => opaque).includes(wanted)
}

const opaqueOf = (tag: string): string | undefined => /"([^"]*)"/.exec(tag)?.[1]
