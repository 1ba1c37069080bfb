import { z } from 'zod'
import type { JsonSchema } from './serve-openapi.ts'

/**
 * Checks values against a document's own JSON Schemas, read back from the document as any client would read them: not
 * against the shapes that it was made from.
 *
 * @returns What is wrong with the value, or undefined.
 */
export function documentChecker(components: Readonly<Record<string, unknown>>) {
  const $defs = renamed(components)
  return (schema: JsonSchema, value: unknown): string | undefined => {
    const parsed = z
      .fromJSONSchema({ ...(renamed(schema) as object), $defs } as Parameters<typeof z.fromJSONSchema>[0])
      .safeParse(value)
    return parsed.success ? undefined : z.prettifyError(parsed.error)
  }
}

/** References into an OpenAPI document, as JSON Schema alone has them. */
function renamed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(renamed)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      key === '$ref' && typeof inner === 'string' ? inner.replace('#/components/schemas/', '#/$defs/') : renamed(inner),
    ]),
  )
}
