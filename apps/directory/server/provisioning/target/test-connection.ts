import { randomUUID } from 'node:crypto'
import { readBaseUrl, ScimClientError, type Transport, TransportError } from '@muster/scim'
import { describeAnswer } from './answer.ts'
import { openTarget, type TargetAddress, type TargetSystem } from './target-system.ts'

/** Longest that Test Connection takes, in milliseconds: an administrator is waiting. */
const TEST_TIMEOUT_MS = 15_000

const FAMILY = 'SystemForCrossDomainIdentityManagement'
const INCOMPATIBLE = `${FAMILY}ServiceIncompatible`
const REFUSED = `${FAMILY}CredentialValidationFailure`
const UNAVAILABLE = `${FAMILY}CredentialValidationUnavailable`

/** Why a target system can't be provisioned to, in Graph's words. */
export interface ConnectionFault {
  readonly code: string
  /** The long word, where `code` is the outer one. */
  readonly innerCode?: string
  /** Names the address, the status and what came back. */
  readonly message: string
}

/**
 * Asks both endpoints for something that can't be there: a SCIM server that accepts the bearer answers 200 and an empty
 * list (facts §1.3).
 *
 * @throws {ScimClientError} as the target fails.
 */
export async function probe(
  target: TargetSystem,
  matching: { readonly User: string; readonly Group: string },
): Promise<void> {
  await target.find('User', matching.User, randomUUID())
  await target.find('Group', matching.Group, randomUUID())
}

/** Tests whether provisioning could work with this address and bearer; undefined: it could. */
export async function testConnection(
  { baseUrl, bearer }: Partial<TargetAddress>,
  transport: Transport,
  matching: { readonly User: string; readonly Group: string },
  timeoutMs = TEST_TIMEOUT_MS,
): Promise<ConnectionFault | undefined> {
  const unusable = problemOf(baseUrl)
  if (baseUrl === undefined || unusable)
    return { code: UNAVAILABLE, message: `The Tenant URL can't be used: ${unusable}` }
  if (!bearer) return { code: 'InvalidCredentials', innerCode: REFUSED, message: 'No secret token was given.' }
  const overall = AbortSignal.timeout(timeoutMs)
  const options = { requestId: randomUUID, timeoutMs, signal: overall }
  try {
    await Promise.race([probe(openTarget({ baseUrl, bearer }, transport, options), matching), expiry(overall)])
    return undefined
  } catch (error) {
    if (overall.aborted)
      return { code: UNAVAILABLE, message: `No answer from ${baseUrl} within ${timeoutMs / 1000} s.` }
    return explainProbe(error)
  }
}

function problemOf(baseUrl = ''): string | undefined {
  try {
    readBaseUrl(baseUrl)
    return undefined
  } catch (error) {
    if (error instanceof TypeError) return error.message
    throw error
  }
}

const expiry = (signal: AbortSignal): Promise<never> =>
  new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }))

/** The verdict on a failed probe. Whatever is not the target's failing is thrown on. */
export function explainProbe(error: unknown): ConnectionFault {
  if (!(error instanceof ScimClientError)) throw error
  const { status, kind } = error
  if (kind === 'transport') {
    const cause = error.cause instanceof TransportError ? ` (${error.cause.kind})` : ''
    return { code: UNAVAILABLE, message: `The target system could not be asked${cause}: ${error.message}` }
  }
  const received = describeAnswer(error)
  if (status === 401 || status === 403)
    return {
      code: 'InvalidCredentials',
      innerCode: REFUSED,
      message: `You appear to have entered invalid credentials. Please confirm you are using the correct information for an administrative account. ${received}`,
    }
  if (kind === 'notScim')
    return { code: INCOMPATIBLE, message: `The response of the target system could not be parsed as SCIM. ${received}` }
  if (status === 404)
    return {
      code: INCOMPATIBLE,
      message: `The target system answered 404 instead of 200 with an empty list (RFC 7644 §3.4.2). Check the Tenant URL: it usually has the form https://<host>/scim. ${received}`,
    }
  if (status !== undefined && status >= 500)
    return { code: UNAVAILABLE, message: `The target system failed. ${received}` }
  return { code: INCOMPATIBLE, message: `The target system answered ${status} instead of 200. ${received}` }
}
