/** `@muster/scim/client`: a service provider as a client sees it, over a transport that is handed in. */
export {
  type FindOptions,
  type ReadOptions,
  type ScimClient,
  type ScimClientOptions,
  scimClient,
  type WriteOptions,
} from '../client/client.ts'
export { ScimClientError, type ScimClientFailure } from '../client/errors.ts'
export {
  type Transport,
  TransportError,
  type TransportErrorKind,
  type TransportRequest,
  type TransportResponse,
} from '../client/transport.ts'
export { type BaseUrl, type EndpointName, readBaseUrl, resourceUrl } from '../client/url.ts'
