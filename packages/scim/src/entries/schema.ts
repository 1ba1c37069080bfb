/** `@muster/scim/schema`: the schemas of RFC 7643, the means to define others, and the documents that describe them. */
export {
  type AuthenticationScheme,
  BEARER_SCHEME,
  type ProviderFeatures,
  resourceTypeDocument,
  schemaDocument,
  serviceProviderConfig,
} from '../discovery.ts'
export {
  type Attribute,
  type AttributeType,
  attribute,
  type Characteristics,
  type ResourceType,
  type Schema,
} from '../schema/attribute.ts'
export { ENTERPRISE_USER_SCHEMA } from '../schema/enterprise-user.ts'
export { extend, extendUser } from '../schema/extend.ts'
export { GROUP_SCHEMA } from '../schema/group.ts'
export { readSchema } from '../schema/read-schema.ts'
export { GROUP, USER } from '../schema/resource-types.ts'
export { USER_SCHEMA } from '../schema/user.ts'
