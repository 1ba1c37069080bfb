/** Query parameters: as the platform parses them, or as a framework hands them over (texts, or lists of texts). */
export type Query = URLSearchParams | Readonly<Record<string, unknown>>

/** Every text given for a parameter, in order. */
export function queryValues(query: Query, name: string): string[] {
  if (query instanceof URLSearchParams) return query.getAll(name)
  const value = Object.hasOwn(query, name) ? query[name] : undefined
  const items: unknown[] = Array.isArray(value) ? value : [value]
  // A search body (RFC 7644 §3.4.3) has numbers where a URL has digits.
  return items.filter((item) => typeof item === 'string' || typeof item === 'number').map(String)
}
