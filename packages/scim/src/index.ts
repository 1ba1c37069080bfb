export {
  type FindOptions,
  type ReadOptions,
  type ScimClient,
  type ScimClientOptions,
  scimClient,
  type WriteOptions,
} from './client/client.ts'
export { ScimClientError, type ScimClientFailure } from './client/errors.ts'
export {
  type Transport,
  TransportError,
  type TransportErrorKind,
  type TransportRequest,
  type TransportResponse,
} from './client/transport.ts'
export { type BaseUrl, type EndpointName, readBaseUrl, resourceUrl } from './client/url.ts'
export {
  type AuthenticationScheme,
  BEARER_SCHEME,
  type ProviderFeatures,
  resourceTypeDocument,
  schemaDocument,
  serviceProviderConfig,
} from './discovery.ts'
export { errorBody, ScimError, type ScimErrorCode, scimErrorBody } from './errors.ts'
export { foldFor } from './filter/compare.ts'
export { matches } from './filter/evaluate.ts'
export type { AttributeName, CompareOperator, Filter } from './filter/filter.ts'
export { parseFilter } from './filter/parse.ts'
export { checkFilter, elementAttribute, type ResolvedName, resolveName } from './filter/resolve.ts'
export { foldText, foldUserName } from './fold.ts'
export type { Json, JsonObject } from './json.ts'
export { listResponse, type PageRequest, readPageRequest } from './list.ts'
export { applyPatch } from './patch/apply.ts'
export { type MemberOperation, splitMemberOperations } from './patch/members.ts'
export type { PatchOperation } from './patch/operation.ts'
export { parsePatch } from './patch/parse.ts'
export { type AttributePath, parsePath } from './path.ts'
export { type Projection, project, readProjection, wantsAttribute } from './projection.ts'
export type { Query } from './query.ts'
export { readResource, replaceResource } from './resource.ts'
export type { Attribute, AttributeType, ResourceType, Schema } from './schema/attribute.ts'
export { ENTERPRISE_USER_SCHEMA } from './schema/enterprise-user.ts'
export { GROUP_SCHEMA } from './schema/group.ts'
export { GROUP, USER } from './schema/resource-types.ts'
export { USER_SCHEMA } from './schema/user.ts'
export { type Term, termOf, valueTerms } from './terms.ts'
export { LENIENT, STRICT, TOLERANCES, type ToleranceName, type ToleranceSink } from './tolerances.ts'
export {
  BULK_REQUEST_URN,
  BULK_RESPONSE_URN,
  ENTERPRISE_USER_URN,
  ERROR_URN,
  GROUP_URN,
  LIST_RESPONSE_URN,
  MEDIA_TYPE,
  PATCH_OP_URN,
  RESOURCE_TYPE_URN,
  SCHEMA_URN,
  SEARCH_REQUEST_URN,
  SERVICE_PROVIDER_CONFIG_URN,
  USER_URN,
} from './urns.ts'
