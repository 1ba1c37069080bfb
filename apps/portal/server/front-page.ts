import { escapeHtml, page } from '@muster/service-kit/docs-page.ts'

/** What `/` says while nobody has built more: what this is, how to sign in, where the documentation lies. */
export const frontPage = (publicUrl: string, styleNonce: string): string =>
  page({
    title: 'Muster portal',
    styleNonce,
    body: `<p>This portal takes people in from an identity provider by SCIM, and takes their access away the instant they leave.</p>
<h2>Sign in</h2>
<p><a href="/auth/login">Through your organisation</a>, or <a href="/auth/local">as the first admin</a>.</p>
<h2>Connect a directory</h2>
<p>Tenant URL: <code>${escapeHtml(publicUrl)}/scim/v2</code>. The secret token is an API key with the Admin role.</p>
<h2>Program against it</h2>
<p>Every operation is at <a href="/docs">/docs</a>; who you are, and what you may do, at <code>/api/v1/me</code>.</p>
<form method="post" action="/auth/logout"><button type="submit">Sign out</button></form>`,
  })
