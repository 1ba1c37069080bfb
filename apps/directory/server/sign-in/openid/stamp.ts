import type { AdapterPayload } from 'oidc-provider'

const PREFIX = 'muster:'

/**
 * The number of a person's sign-ins, among the methods (`amr`) of a sign-in: the one thing that the library carries from
 * the sign-in page into session, code and refresh token. It is in no token that a client reads.
 */
export function stampOf(epoch: number): string {
  return `${PREFIX}${epoch}`
}

/** The number under which a record was proven; undefined when it says none. */
export function readStamp(payload: AdapterPayload): number | undefined {
  const methods = payload.amr ?? payload.result?.login?.amr ?? payload.session?.amr
  const stamp = methods?.find((method) => method.startsWith(PREFIX))
  return stamp === undefined ? undefined : Number(stamp.slice(PREFIX.length))
}
