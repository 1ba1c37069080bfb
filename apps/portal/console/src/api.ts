import { createApi } from '@muster/console-kit/api.ts'
import { leaveForSignIn } from '@muster/console-kit/signed-out.ts'

interface ErrorBody {
  readonly type?: string
  readonly message?: string
  readonly details?: unknown
  readonly requestId?: string
  /** Of problem+json, which tells of limits. */
  readonly detail?: string
}

/** The portal's own REST API, as `/docs` describes it. */
export const api = createApi({
  readError: (body) => {
    const { type, message, detail, details, requestId } = (body ?? {}) as ErrorBody
    const said = message ?? detail
    return {
      ...(type === undefined ? {} : { code: type }),
      ...(said === undefined ? {} : { message: said }),
      ...(details === undefined ? {} : { details }),
      ...(requestId === undefined ? {} : { requestId }),
    }
  },
  onSignedOut: () => leaveForSignIn('/auth/sign-in'),
})
