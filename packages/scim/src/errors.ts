import type { JsonObject } from './json.ts'
import { ERROR_URN } from './urns.ts'

/** Every way a SCIM request is refused, and its HTTP status (RFC 7644 §3.12; 409 §3.3, 403 §7.5.2). */
const STATUS = {
  invalidFilter: 400,
  invalidPath: 400,
  invalidSyntax: 400,
  invalidValue: 400,
  invalidVers: 400,
  mutability: 400,
  noTarget: 400,
  tooMany: 400,
  sensitive: 403,
  uniqueness: 409,
  // Refusals that the RFC, or HTTP beneath it, gives a status but no `scimType` keyword.
  unauthorized: 401,
  forbidden: 403,
  notFound: 404,
  methodNotAllowed: 405,
  notAcceptable: 406,
  conflict: 409,
  preconditionFailed: 412,
  payloadTooLarge: 413,
  unsupportedMediaType: 415,
  tooManyRequests: 429,
  internal: 500,
  notImplemented: 501,
  unavailable: 503,
} as const

export type ScimErrorCode = keyof typeof STATUS

/** The codes that are `scimType` keywords of RFC 7644 §3.12, table 9. */
const KEYWORDS: ReadonlySet<ScimErrorCode> = new Set([
  'invalidFilter',
  'invalidPath',
  'invalidSyntax',
  'invalidValue',
  'invalidVers',
  'mutability',
  'noTarget',
  'sensitive',
  'tooMany',
  'uniqueness',
] as const)

/** A refusal the client is meant to read. Anything else thrown is a 500 and is never shown. */
export class ScimError extends Error {
  override readonly name = 'ScimError'
  readonly code: ScimErrorCode

  constructor(code: ScimErrorCode, detail: string, options?: ErrorOptions) {
    super(detail, options)
    this.code = code
  }

  /** The HTTP status to answer with. */
  get status(): number {
    return STATUS[this.code]
  }

  /** The `scimType` keyword, for the codes that are one. */
  get scimType(): string | undefined {
    return KEYWORDS.has(this.code) ? this.code : undefined
  }
}

/** A SCIM error body (RFC 7644 §3.12). `status` travels as a JSON string. */
export function errorBody(status: number, detail: string, scimType?: string): JsonObject {
  return { schemas: [ERROR_URN], status: String(status), ...(scimType === undefined ? {} : { scimType }), detail }
}

/** The body that answers a refusal. */
export function scimErrorBody(error: ScimError): JsonObject {
  return errorBody(error.status, error.message, error.scimType)
}
