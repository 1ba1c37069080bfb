import { isObject, type Json, type JsonObject, own } from '../json.ts'
import type { ResourceType } from './attribute.ts'

/** A resource with `schemas` first: the base URN, and each extension of which it holds something (RFC 7643 §3). */
export function withSchemas(resource: JsonObject, type: ResourceType): JsonObject {
  const urns: Json[] = [type.schema.id]
  const rest: JsonObject = { ...resource }
  delete rest.schemas
  for (const { schema } of type.schemaExtensions) {
    const container = own(rest, schema.id)
    if (isObject(container) && Object.keys(container).length > 0) urns.push(schema.id)
    else delete rest[schema.id]
  }
  return { schemas: urns, ...rest }
}
