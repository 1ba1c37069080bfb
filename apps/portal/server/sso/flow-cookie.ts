import type { FastifyReply, FastifyRequest } from 'fastify'
import type { PortalDeps } from '../portal-deps.ts'
import type { SignInFlow } from './openid-provider.ts'

/** How long someone may take at their provider. */
const FLOW_MS = 10 * 60_000
const CONTEXT = 'portal sign-in flow'

const isSecure = (publicUrl: string): boolean => publicUrl.startsWith('https:')
const cookieName = (publicUrl: string): string => (isSecure(publicUrl) ? '__Host-muster_sign_in' : 'muster_sign_in')
// Lax: the provider leads the browser back with a plain navigation, which brings the cookie along.
const attributes = (publicUrl: string) =>
  ({ path: '/', httpOnly: true, sameSite: 'lax', secure: isSecure(publicUrl) }) as const

/** Leaves a begun sign-in with the browser: sealed, so that nobody reads or makes one, and short-lived. */
export function keepFlow(reply: FastifyReply, { secrets, publicUrl, clock }: PortalDeps, flow: SignInFlow): void {
  const sealed = secrets.seal(JSON.stringify({ ...flow, until: clock.now().getTime() + FLOW_MS }), CONTEXT)
  void reply.setCookie(cookieName(publicUrl), sealed, { ...attributes(publicUrl), maxAge: FLOW_MS / 1000 })
}

/** Takes it back, once. Undefined when there is none, it is too old, or it is none of ours. */
export function takeFlow(
  request: FastifyRequest,
  reply: FastifyReply,
  { secrets, publicUrl, clock }: PortalDeps,
): SignInFlow | undefined {
  const sealed = request.cookies[cookieName(publicUrl)]
  if (sealed === undefined) return undefined
  void reply.clearCookie(cookieName(publicUrl), attributes(publicUrl))
  try {
    const { until, ...flow } = JSON.parse(secrets.open(sealed, CONTEXT)) as SignInFlow & { readonly until: number }
    return until > clock.now().getTime() ? flow : undefined
  } catch {
    // A value that does not open was changed on the way, or sealed with another key: as good as none.
    return undefined
  }
}
