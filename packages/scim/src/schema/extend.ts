import { ScimError } from '../errors.ts'
import type { ResourceType, Schema } from './attribute.ts'
import { readSchema } from './read-schema.ts'
import { USER } from './resource-types.ts'

/** The URNs of messages, which are never schemas of a resource (RFC 7644 §3.1). */
const MESSAGES = 'urn:ietf:params:scim:api:messages:'

/**
 * A resource type with more extensions (RFC 7643 §3.3), which a server may make while it runs. The one handed in stays as
 * it is. Everything that reads a resource type then knows them: bodies, patches, filters, projections, documents.
 *
 * @param required Whether every resource must carry them (§6).
 * @throws {ScimError} `invalidValue` for a schema that {@link readSchema} refuses, or a URI that the type already has.
 */
export function extend(type: ResourceType, schemas: readonly Schema[], required = false): ResourceType {
  const schemaExtensions = [...type.schemaExtensions]
  for (const schema of schemas.map(readSchema)) {
    const taken = [type.schema, ...schemaExtensions.map((extension) => extension.schema)]
    const folded = schema.id.toLowerCase()
    if (folded.startsWith(MESSAGES) || taken.some(({ id }) => id.toLowerCase() === folded)) {
      throw new ScimError('invalidValue', `${schema.id} is taken.`)
    }
    schemaExtensions.push({ schema, required })
  }
  return { ...type, schemaExtensions }
}

/** {@link USER}, with the enterprise extension and these. */
export function extendUser(schemas: readonly Schema[], required = false): ResourceType {
  return extend(USER, schemas, required)
}
