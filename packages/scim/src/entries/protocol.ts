/** `@muster/scim/protocol`: what every part speaks of: URNs, errors, tolerances, JSON values. */
export { errorBody, ScimError, type ScimErrorCode, scimErrorBody } from '../errors.ts'
export type { Json, JsonObject } from '../json.ts'
export { LENIENT, STRICT, TOLERANCES, type ToleranceName, type ToleranceSink } from '../tolerances.ts'
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
} from '../urns.ts'
