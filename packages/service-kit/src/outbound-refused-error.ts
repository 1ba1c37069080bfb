import type { AddressKind } from './outbound-addresses.ts'

/** The setting that names where requests may go besides public addresses. */
const SETTING = 'MUSTER_DIRECTORY_TARGETS'

/** A request that was not sent, because of where it would have gone. `message` is for an administrator to read. */
export class OutboundRefusedError extends Error {
  override readonly name = 'OutboundRefusedError'
  readonly code = 'OUTBOUND_REFUSED'
  readonly host: string
  /** What the host stands for; undefined when it never came to that. */
  readonly address: string | undefined

  constructor(host: string, address: string | undefined, message: string) {
    super(message)
    this.host = host
    this.address = address
  }

  /** The refusal of an address that is not public. */
  static of(host: string, address: string, kind: AddressKind): OutboundRefusedError {
    const subject = host === address ? address : `${host} stands for ${address}, which`
    const what = kind === 'loopback' ? 'a loopback address' : kind === 'private' ? 'not a public address' : undefined
    return new OutboundRefusedError(
      host,
      address,
      what
        ? `${subject} is ${what} and was not called. Name it in ${SETTING} to allow it.`
        : `${subject} is link-local or reserved and is never called, even when ${SETTING} names it.`,
    )
  }
}
