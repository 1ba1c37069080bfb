/** What a request to the target system was for. */
export type Attempt = 'match' | 'read' | 'create' | 'update' | 'delete'

/** How a request failed, in no library's words. */
export interface TargetFault {
  readonly kind: 'timeout' | 'unreachable' | 'tls' | 'tooLarge' | 'cut' | 'refused' | 'status' | 'notScim'
  /** When the target answered at all. */
  readonly status: number | undefined
  /** Address, status and what came back, for an administrator to read. */
  readonly message: string
}

/** Why an object could not be provisioned: Graph's errorInformation. */
export interface Failure {
  readonly errorCode: string
  readonly reason: string
  readonly additionalDetails: string
  readonly errorCategory: 'failure' | 'nonServiceFailure'
  readonly recommendedAction: string
  /** The target refused for certain, so that nothing came of the request. */
  readonly isRefusal: boolean
}

type Advice = readonly [errorCode: string, reason: string, recommendedAction: string]

const INCOMPATIBLE = 'SystemForCrossDomainIdentityManagementServiceIncompatible'
const RETRIED = 'It is tried again in the next cycle, then less and less often.'

const UNREACHED: Readonly<Record<Exclude<TargetFault['kind'], 'status' | 'notScim'>, Advice>> = {
  timeout: [
    'Timeout',
    'The target system did not answer in time.',
    `Check that the target system is up and quick enough. ${RETRIED}`,
  ],
  unreachable: [
    'WebExceptionProtocolError',
    'The target system could not be reached.',
    `Check the Tenant URL and that the target system is up. ${RETRIED}`,
  ],
  tls: [
    'WebExceptionProtocolError',
    'No secure connection to the target system could be made.',
    `Check the target system's certificate. ${RETRIED}`,
  ],
  tooLarge: [
    'WebExceptionProtocolError',
    'The answer of the target system was too large.',
    `Check what the target system answers to this request. ${RETRIED}`,
  ],
  cut: [
    'WebExceptionProtocolError',
    'The answer of the target system was cut off.',
    `Check the target system and what stands before it. ${RETRIED}`,
  ],
  refused: [
    'WebExceptionProtocolError',
    'The address of the target system may not be called from here.',
    `Correct the Tenant URL, or name the address in MUSTER_DIRECTORY_TARGETS. ${RETRIED}`,
  ],
}

const BY_STATUS: Readonly<Record<number, Advice>> = {
  400: [
    'BadRequest',
    'The target system refused the request as wrong.',
    'Compare the mapped values with what the target system accepts; its answer is in the details.',
  ],
  401: [
    'Unauthorized',
    'The target system did not accept the secret token.',
    'Enter a valid secret token and test the connection.',
  ],
  403: [
    'InsufficientRights',
    'The secret token may not do this in the target system.',
    'Give the token the rights that it lacks in the target system.',
  ],
  404: [
    'InvalidAnchor',
    'The linked object is no longer in the target system.',
    'None: it is matched anew in the next cycle.',
  ],
  405: [
    'MethodNotAllowed',
    'The target system does not allow this operation.',
    'Switch this operation off in the mapping, or add it to the target system.',
  ],
  409: [
    'Conflict',
    'Another object in the target system has the same value.',
    'Find the other object in the target system and change or remove it, or change the value in the directory.',
  ],
  422: [
    'UnprocessableEntity',
    'The target system could not process the values.',
    'Compare the mapped values with what the target system accepts; its answer is in the details.',
  ],
  429: [
    'TooManyRequests',
    'The target system received too many requests.',
    `None, unless it stays: raise the limit of the target system. ${RETRIED}`,
  ],
  501: [
    'NotImplemented',
    'The target system does not implement this operation.',
    'Switch this operation off in the mapping, or add it to the target system.',
  ],
}

/** Statuses after which a create can have happened all the same. */
const UNCERTAIN = new Set([408, 425])

/** Names a failed request as Entra's provisioning logs do (facts §5.4, §6), with what an administrator can do. */
export function explainFault(fault: TargetFault, attempt: Attempt): Failure {
  const [errorCode, reason, recommendedAction] = adviceFor(fault, attempt)
  const { status } = fault
  return {
    errorCode,
    reason,
    additionalDetails: fault.message,
    errorCategory: 'nonServiceFailure',
    recommendedAction,
    isRefusal:
      fault.kind === 'refused' ||
      (fault.kind === 'status' && status !== undefined && status >= 300 && status < 500 && !UNCERTAIN.has(status)),
  }
}

function adviceFor({ kind, status = 0 }: TargetFault, attempt: Attempt): Advice {
  if (kind === 'notScim')
    return [
      INCOMPATIBLE,
      'The answer of the target system is not SCIM.',
      `Check that the Tenant URL leads to a SCIM endpoint. ${RETRIED}`,
    ]
  if (kind !== 'status') return UNREACHED[kind]
  if (attempt === 'match' && status === 404)
    return [
      INCOMPATIBLE,
      'The target system answered 404 to a query instead of 200 with an empty list.',
      'Check the Tenant URL; a query without a hit answers 200 (RFC 7644 §3.4.2).',
    ]
  if (attempt === 'match' && status === 400)
    return [
      INCOMPATIBLE,
      'The target system refused the query for the matching attribute.',
      'Match by an attribute that the target system can filter on.',
    ]
  if (status >= 500 && status !== 501)
    return attempt === 'match'
      ? [
          'SystemForCrossDomainIdentityManagementServerError',
          'The target system failed while it was searched.',
          `Look into the target system's own log. ${RETRIED}`,
        ]
      : ['InternalServerError', 'The target system failed.', `Look into the target system's own log. ${RETRIED}`]
  return (
    BY_STATUS[status] ?? [
      'WebExceptionProtocolError',
      `The target system answered with the unexpected status ${status}.`,
      `Check the Tenant URL: redirects are not followed. ${RETRIED}`,
    ]
  )
}

const ours = (errorCode: string, reason: string, recommendedAction: string, additionalDetails = ''): Failure => ({
  errorCode,
  reason,
  additionalDetails,
  errorCategory: 'failure',
  recommendedAction,
  isRefusal: true,
})

/** More than one object in the target answers to the matching value. */
export const duplicateTarget = (filter: string, count: number): Failure =>
  ours(
    'DuplicateTargetEntries',
    'More than one object in the target system matches.',
    'Remove or change the others in the target system, so that one is left.',
    `${count} objects answered to ${filter}.`,
  )

/** The object found in the target is the one of another source object, which is in scope. */
export const duplicateSource = (targetId: string): Failure =>
  ours(
    'DuplicateSourceEntries',
    'The matching object in the target system belongs to another object of the directory.',
    'Give both objects different values of the matching attribute, or unassign one of them.',
    `Target object ${targetId}.`,
  )

/** A mapping could not be worked out for this object. */
export const expressionFailed = (message: string): Failure =>
  ours(
    'InternalError',
    'An attribute mapping could not be worked out for this object.',
    'Correct the expression, or the value in the directory.',
    message,
  )
