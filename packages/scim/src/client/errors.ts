/** What a failed request has to say: enough for a log row or a Test Connection message to quote it. */
export interface ScimClientFailure {
  /** `transport`: no answer; `status`: an answer that refuses; `notScim`: a good status around something else. */
  readonly kind: 'transport' | 'status' | 'notScim'
  readonly request: { readonly method: string; readonly url: string }
  readonly status?: number
  /** The beginning of the answer's body, at most 1,000 characters. */
  readonly responseBodyExcerpt?: string
  /** The answer's media type, without parameters. */
  readonly contentType?: string
  /** `scimType` of a SCIM error body. */
  readonly scimType?: string
  /** `detail` of a SCIM error body. */
  readonly detail?: string
  /** How many seconds the answer's Retry-After asks to wait; 0 when its date is past. */
  readonly retryAfterSeconds?: number
}

/** A SCIM request that did not succeed. When the transport failed, `cause` is its error. */
export class ScimClientError extends Error implements ScimClientFailure {
  override readonly name = 'ScimClientError'
  readonly kind: ScimClientFailure['kind']
  readonly request: ScimClientFailure['request']
  readonly status?: number
  readonly responseBodyExcerpt?: string
  readonly contentType?: string
  readonly scimType?: string
  readonly detail?: string
  readonly retryAfterSeconds?: number

  constructor(message: string, failure: ScimClientFailure, options?: ErrorOptions) {
    super(message, options)
    this.kind = failure.kind
    this.request = failure.request
    if (failure.status !== undefined) this.status = failure.status
    if (failure.responseBodyExcerpt !== undefined) this.responseBodyExcerpt = failure.responseBodyExcerpt
    if (failure.contentType !== undefined) this.contentType = failure.contentType
    if (failure.scimType !== undefined) this.scimType = failure.scimType
    if (failure.detail !== undefined) this.detail = failure.detail
    if (failure.retryAfterSeconds !== undefined) this.retryAfterSeconds = failure.retryAfterSeconds
  }
}
