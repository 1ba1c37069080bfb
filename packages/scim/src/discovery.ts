import type { Json, JsonObject } from './json.ts'
import type { Attribute, ResourceType, Schema } from './schema/attribute.ts'
import { RESOURCE_TYPE_URN, SCHEMA_URN, SERVICE_PROVIDER_CONFIG_URN } from './urns.ts'

/** What a service provider can truthfully say of itself (RFC 7643 §5). What is not stated is not supported. */
export interface ProviderFeatures {
  readonly patch: boolean
  /** Undefined when Bulk is not offered. */
  readonly bulk?: { readonly maxOperations: number; readonly maxPayloadSize: number }
  /** Undefined when filters are not offered. */
  readonly filter?: { readonly maxResults: number }
  readonly changePassword?: boolean
  readonly sort?: boolean
  readonly etag?: boolean
  readonly documentationUri?: string
  readonly authenticationSchemes: readonly AuthenticationScheme[]
}

export interface AuthenticationScheme {
  readonly type: 'oauth' | 'oauth2' | 'oauthbearertoken' | 'httpbasic' | 'httpdigest'
  readonly name: string
  readonly description: string
  readonly specUri?: string
  readonly documentationUri?: string
  readonly primary?: boolean
}

/** A bearer token in the Authorization header. */
export const BEARER_SCHEME: AuthenticationScheme = {
  type: 'oauthbearertoken',
  name: 'Bearer token',
  description: 'A token in the Authorization header, as RFC 6750 describes.',
  specUri: 'https://www.rfc-editor.org/info/rfc6750',
  primary: true,
}

/** The Schema resource that describes a schema (RFC 7643 §7). `baseUrl` is the SCIM root, without a trailing slash. */
export function schemaDocument(schema: Schema, baseUrl: string): JsonObject {
  return {
    schemas: [SCHEMA_URN],
    id: schema.id,
    name: schema.name,
    description: schema.description,
    attributes: schema.attributes.map(attributeDocument),
    meta: { resourceType: 'Schema', location: `${baseUrl}/Schemas/${schema.id}` },
  }
}

function attributeDocument(attribute: Attribute): JsonObject {
  const { subAttributes, canonicalValues, referenceTypes, ...plain } = attribute
  return {
    ...plain,
    ...(canonicalValues === undefined ? {} : { canonicalValues: [...canonicalValues] }),
    ...(referenceTypes === undefined ? {} : { referenceTypes: [...referenceTypes] }),
    ...(subAttributes === undefined ? {} : { subAttributes: subAttributes.map(attributeDocument) }),
  }
}

/** The ResourceType resource that describes a resource type (RFC 7643 §6). */
export function resourceTypeDocument(type: ResourceType, baseUrl: string): JsonObject {
  return {
    schemas: [RESOURCE_TYPE_URN],
    id: type.id,
    name: type.name,
    endpoint: type.endpoint,
    description: type.description,
    schema: type.schema.id,
    schemaExtensions: type.schemaExtensions.map(({ schema, required }) => ({ schema: schema.id, required })),
    meta: { resourceType: 'ResourceType', location: `${baseUrl}/ResourceTypes/${type.id}` },
  }
}

/** The ServiceProviderConfig (RFC 7643 §5). Its numbers stay required where a feature is off; they are 0 then. */
export function serviceProviderConfig(features: ProviderFeatures, baseUrl: string): JsonObject {
  const { bulk, filter, documentationUri } = features
  return {
    schemas: [SERVICE_PROVIDER_CONFIG_URN],
    ...(documentationUri === undefined ? {} : { documentationUri }),
    patch: { supported: features.patch },
    bulk: {
      supported: bulk !== undefined,
      maxOperations: bulk?.maxOperations ?? 0,
      maxPayloadSize: bulk?.maxPayloadSize ?? 0,
    },
    filter: { supported: filter !== undefined, maxResults: filter?.maxResults ?? 0 },
    changePassword: { supported: features.changePassword ?? false },
    sort: { supported: features.sort ?? false },
    etag: { supported: features.etag ?? false },
    authenticationSchemes: features.authenticationSchemes.map((scheme): Json => ({ ...scheme })),
    meta: { resourceType: 'ServiceProviderConfig', location: `${baseUrl}/ServiceProviderConfig` },
  }
}
