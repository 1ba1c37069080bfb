import { createHash, generateKeyPairSync, sign } from 'node:crypto'
import type { OutgoingFetch } from '../portal-deps.ts'

/** What the next sign-in's id_token says, besides issuer, audience and times. */
export interface TestClaims {
  readonly sub: string
  readonly email?: string
  readonly email_verified?: boolean
  readonly preferred_username?: string
  readonly name?: string
}

interface Begun {
  readonly nonce: string
  readonly codeChallenge: string
  readonly claims: TestClaims
}

/** A minimal OpenID provider behind a `fetch`: discovery, keys, and a token endpoint that checks secret and PKCE. */
export function issuerForTests(issuer: string, client: { readonly id: string; readonly secret: string }) {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const begun = new Map<string, Begun>()
  const asked: string[] = []
  const json = (body: unknown, status = 200) => Response.json(body, { status })
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

  function idToken({ nonce, claims }: Begun): string {
    const now = Math.floor(Date.now() / 1000)
    const body = `${encode({ alg: 'RS256', kid: 'k1' })}.${encode({ iss: issuer, aud: client.id, iat: now, exp: now + 300, nonce, ...claims })}`
    return `${body}.${sign('sha256', Buffer.from(body), privateKey).toString('base64url')}`
  }

  function redeem(form: URLSearchParams): Response {
    const code = form.get('code') ?? ''
    const found = begun.get(code)
    begun.delete(code)
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url')
    if (form.get('client_id') !== client.id || form.get('client_secret') !== client.secret)
      return json({ error: 'invalid_client' }, 401)
    if (!found || found.codeChallenge !== challenge) return json({ error: 'invalid_grant' }, 400)
    return json({ access_token: 'at', token_type: 'Bearer', expires_in: 300, id_token: idToken(found) })
  }

  const fetch: OutgoingFetch = async (url, init) => {
    asked.push(url)
    switch (url) {
      case `${issuer}/.well-known/openid-configuration`:
        return json({
          issuer,
          authorization_endpoint: `${issuer}/authorize`,
          token_endpoint: `${issuer}/token`,
          jwks_uri: `${issuer}/keys`,
          response_types_supported: ['code'],
          subject_types_supported: ['public'],
          id_token_signing_alg_values_supported: ['RS256'],
        })
      case `${issuer}/keys`:
        return json({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'k1', alg: 'RS256', use: 'sig' }] })
      case `${issuer}/token`:
        return redeem(new URLSearchParams(String(init.body)))
      default:
        return json({}, 404)
    }
  }

  return {
    fetch,
    /** Every address that was asked for. */
    asked,
    /** Signs someone in at the page that the portal leads to. @returns the query that the browser comes back with. */
    approve(location: string, claims: TestClaims): string {
      const query = new URL(location).searchParams
      const code = `code-${begun.size}-${claims.sub}`
      begun.set(code, { nonce: query.get('nonce') ?? '', codeChallenge: query.get('code_challenge') ?? '', claims })
      return `?${new URLSearchParams({ code, state: query.get('state') ?? '' })}`
    },
  }
}
