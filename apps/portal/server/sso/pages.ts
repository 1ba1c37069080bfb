import { escapeHtml, page } from '@muster/service-kit/docs-page.ts'
import type { FastifyReply } from 'fastify'
import { setFaultHeaders } from '../errors.ts'
import type { RefusedBecause } from './decide-sign-in.ts'

/** What someone who was not let in is told, and what they can do about it. */
const REFUSED: Readonly<Record<RefusedBecause, string>> = {
  deprovisioned:
    'Your access to this workspace has been removed. If you should have it, ask whoever manages accounts in your organisation.',
  departed:
    'Your account has been deleted. It can be made again by your organisation’s directory, or by an admin of this workspace.',
  ambiguous:
    'Two accounts here match your address, so it is not clear which one is yours. An admin of this workspace can tell them apart.',
  unproven:
    'An account here has your address, but your provider does not confirm that the address is yours. An admin can list its domain at the OpenID connector.',
  boundToAnother: 'The account with your address belongs to another sign-in of your provider.',
  notProvisioned:
    'You have no account in this workspace, and it takes only people whom its directory or an admin has added.',
  nameless: 'Your provider told neither a user name nor an address, so no account can be made.',
}

/** Sends a plain page. It is never kept, and its form tells its own origin. */
export function sendPage(reply: FastifyReply, status: number, title: string, body: string): FastifyReply {
  setFaultHeaders(reply, status)
  return reply
    .code(status)
    .headers({ 'cache-control': 'no-store', 'referrer-policy': 'same-origin' })
    .type('text/html; charset=utf-8')
    .send(page({ title, body, styleNonce: reply.cspNonce.style }))
}

export function sendRefused(reply: FastifyReply, because: RefusedBecause): FastifyReply {
  return sendTrouble(reply, 403, 'You can’t come in', REFUSED[because])
}

/** Says what went wrong and leads back to the start. */
export function sendTrouble(reply: FastifyReply, status: number, title: string, message: string): FastifyReply {
  return sendPage(reply, status, title, `<p>${escapeHtml(message)}</p><p><a href="/">Back to the start</a></p>`)
}

export interface LocalForm {
  readonly returnTo: string
  /** Given in the address, or needed because there are several. */
  readonly workspace: { readonly value: string; readonly ask: boolean }
  readonly email?: string
  readonly refusal?: string
}

export function sendLocalForm(
  reply: FastifyReply,
  status: number,
  { returnTo, workspace, email = '', refusal }: LocalForm,
): FastifyReply {
  const field = workspace.ask
    ? `<label for="workspace">Workspace</label><input id="workspace" name="workspace" required value="${escapeHtml(workspace.value)}">`
    : `<input type="hidden" name="workspace" value="${escapeHtml(workspace.value)}">`
  return sendPage(
    reply,
    status,
    'Sign in as the first admin',
    `${refusal === undefined ? '' : `<p class="refused" role="alert">${escapeHtml(refusal)}</p>`}
<form method="post" action="/auth/local">
<input type="hidden" name="returnTo" value="${escapeHtml(returnTo)}">
${field}
<label for="email">E-mail</label><input id="email" name="email" type="email" autocomplete="username" required value="${escapeHtml(email)}">
<label for="password">Password</label><input id="password" name="password" type="password" autocomplete="current-password" required>
<button type="submit">Sign in</button>
</form>
<p><a href="/auth/login?returnTo=${escapeHtml(encodeURIComponent(returnTo))}">Sign in with your organisation instead</a></p>`,
  )
}
