/** What a server said when it did not do what was asked. `status` 0: it was not reached. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly status: number
  /** The server's own short word for what is wrong, if it has one. */
  readonly code: string | undefined
  /** To be copied into a question to whoever reads the server's log. */
  readonly requestId: string | undefined
  /** More of the answer, in the server's own shape. */
  readonly details: unknown

  constructor(status: number, message: string, more: { code?: string; requestId?: string; details?: unknown } = {}) {
    super(message)
    this.status = status
    this.code = more.code
    this.requestId = more.requestId
    this.details = more.details
  }
}

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

export interface Ask {
  readonly method?: Method
  /** Sent as JSON. */
  readonly body?: unknown
  readonly signal?: AbortSignal
}

/** Asks the console's own server. The answer is its JSON, or undefined when it has no body. */
export type Api = <Answer>(path: string, ask?: Ask) => Promise<Answer>

export interface ApiOptions {
  /** Reads the message, code and details of a refusal from the protocol's own body. */
  readonly readError: (body: unknown) => { message?: string; code?: string; requestId?: string; details?: unknown }
  /** Called when the server no longer knows who we are. */
  readonly onSignedOut: () => void
}

/** A client of the server that sent the page: cookies, JSON, refusals as {@link ApiError}. */
export function createApi({ readError, onSignedOut }: ApiOptions): Api {
  return async <Answer>(path: string, { method = 'GET', body, signal }: Ask = {}) => {
    const response = await fetch(path, {
      method,
      credentials: 'same-origin',
      headers: { accept: 'application/json', ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal ? { signal } : {}),
    }).catch((error: unknown) => {
      if (signal?.aborted) throw error
      throw new ApiError(0, 'The server was not reached. Check the connection; nothing you typed is lost.')
    })
    const text = await response.text()
    const answer = text === '' ? undefined : parse(text)
    if (response.ok) return answer as Answer
    if (response.status === 401) onSignedOut()
    const read = readError(answer)
    const requestId = read.requestId ?? response.headers.get('x-request-id') ?? undefined
    throw new ApiError(response.status, read.message ?? `The server answered ${response.status}.`, {
      ...read,
      ...(requestId === undefined ? {} : { requestId }),
    })
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** What to tell a person about anything that was thrown. */
export const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : 'Something went wrong in this page. Load it again.'
