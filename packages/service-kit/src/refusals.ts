/** Every way a rule of a noun refuses, before any protocol gives it a status. */
const STATUS = {
  invalid: 400,
  unauthorized: 401,
  forbidden: 403,
  notFound: 404,
  conflict: 409,
  gone: 410,
  stale: 412,
  tooManyRequests: 429,
  unavailable: 503,
} as const

export type RefusalCode = keyof typeof STATUS

/**
 * A refusal the caller is meant to read. Nouns know no protocol: they throw this, and one door per protocol turns it
 * into a body. Anything else thrown is a fault: logged whole, answered as 500, shown to nobody.
 */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly code: RefusalCode
  /** What a machine may want to know beside the sentence, such as the field at fault. */
  readonly details: Readonly<Record<string, unknown>> | undefined

  constructor(code: RefusalCode, message: string, details?: Readonly<Record<string, unknown>>, options?: ErrorOptions) {
    super(message, options)
    this.code = code
    this.details = details
  }

  get status(): number {
    return STATUS[this.code]
  }
}
