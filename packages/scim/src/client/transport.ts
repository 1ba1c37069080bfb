/** One HTTP request, as a value. Header names are lower case. */
export interface TransportRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  /** How long the whole exchange may take, in milliseconds. */
  readonly timeoutMs: number
  readonly signal?: AbortSignal
}

/** One HTTP response, read to its end. Header names are lower case. */
export interface TransportResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** Sends a request and reads the answer; never follows a redirect. Throws {@link TransportError} when none came. */
export type Transport = (request: TransportRequest) => Promise<TransportResponse>

/**
 * Why no answer came: `tooLarge` and `cut` mean that one began and could not be read to its end, `refused` that nothing
 * was sent, because this side may not call that address.
 */
export type TransportErrorKind = 'timeout' | 'unreachable' | 'tls' | 'tooLarge' | 'cut' | 'refused'

/** A request that got no whole answer. Whether the server acted on it is unknown. */
export class TransportError extends Error {
  override readonly name = 'TransportError'
  readonly kind: TransportErrorKind

  constructor(kind: TransportErrorKind, message: string, options?: ErrorOptions) {
    super(message, options)
    this.kind = kind
  }
}
