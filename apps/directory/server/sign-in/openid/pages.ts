import { escapeHtml } from '@muster/service-kit/escape-html.ts'
import { plainPage } from '@muster/service-kit/plain-page.ts'
import { linkButton } from '@muster/service-kit/plain-page-parts.ts'
import type { ErrorOut, KoaContextWithOIDC } from 'oidc-provider'
import { BRAND } from '../brand.ts'
import { styleNonceOf } from './page-nonce.ts'

/** Shown when a request can't be sent back to its client: the client or the address is not known. */
export function sayWhatWentWrong(ctx: KoaContextWithOIDC, out: ErrorOut): void {
  const why = out.error === 'server_error' ? OURS : THEIRS
  const reason = escapeHtml(out.error_description ?? out.error)
  show(ctx, 'This sign-in cannot go on', `${why}<dl><dt>Reason</dt><dd>${reason}</dd></dl>`)
}

const OURS = '<p>Something failed on our side. Go back to the application and begin again in a moment.</p>'
const THEIRS = `<p>The application that led you here asked for something that the directory does not take.</p>
<p>Go back to it and begin again. If it happens again, tell whoever looks after it.</p>`

/** Asks before signing out, so that no other site can do it. `form` is the library's own, with its token. */
export function askToSignOut(ctx: KoaContextWithOIDC, form: string): void {
  show(
    ctx,
    'Sign out',
    `<p>Sign out of the directory in this browser?</p>${form}<button class="button first" type="submit" form="op.logoutForm" name="logout" value="yes">Sign out</button>`,
  )
}

export function saySignedOut(ctx: KoaContextWithOIDC): void {
  show(
    ctx,
    'Signed out',
    `<p>You have signed out of the directory in this browser.</p>${linkButton('Sign in again', '/auth/login', true)}`,
  )
}

function show(ctx: KoaContextWithOIDC, title: string, body: string): void {
  ctx.type = 'html'
  ctx.body = plainPage({ brand: BRAND, title, body, styleNonce: styleNonceOf(ctx.req) })
}
