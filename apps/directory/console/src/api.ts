import { createApi } from '@muster/console-kit/api.ts'
import { leaveForSignIn } from '@muster/console-kit/signed-out.ts'

interface ErrorBody {
  readonly error?: {
    readonly code?: string
    readonly message?: string
    readonly innerError?: { readonly 'request-id'?: string; readonly code?: string }
  }
}

/** The directory's Graph API, as `/docs` describes it. Refusals are OData's: code, message, innerError. */
export const graph = createApi({
  readError: (body) => {
    const { code, message, innerError } = ((body ?? {}) as ErrorBody).error ?? {}
    return {
      ...(code === undefined ? {} : { code }),
      ...(message === undefined ? {} : { message }),
      ...(innerError === undefined ? {} : { details: innerError }),
      ...(innerError?.['request-id'] === undefined ? {} : { requestId: innerError['request-id'] }),
    }
  },
  onSignedOut: () => leaveForSignIn('/auth/login'),
})

/** A page of a Graph list. */
export interface GraphList<Item> {
  readonly value: readonly Item[]
  readonly '@odata.nextLink'?: string
  readonly '@odata.count'?: number
}

/** A text as OData writes it between quotes. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`
