import { createHash, createPublicKey, type JsonWebKey, randomBytes, verify } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { registerFirstPartyClient } from '../tenants/create-tenant.ts'
import { Browser, type Page } from './browser.ts'
import { type openTestDirectory, PASSWORD, PUBLIC_URL } from './test-directory.ts'

export const CALLBACK = 'http://portal.test:7480/auth/callback'

/** A client that people of a tenant sign in to. Each call may go to another node. */
export async function openOpenIdClient(
  { deps }: Pick<Awaited<ReturnType<typeof openTestDirectory>>, 'deps'>,
  tenantId: string,
  displayName = 'Muster portal',
) {
  const client = await registerFirstPartyClient(deps, tenantId, { displayName, redirectUris: [CALLBACK] })

  /** The address that a browser is sent to, and the verifier that is kept. */
  const begin = (more: Readonly<Record<string, string>> = {}) => {
    const verifier = randomBytes(32).toString('base64url')
    const query = new URLSearchParams({
      client_id: client.clientId,
      redirect_uri: CALLBACK,
      response_type: 'code',
      scope: 'openid profile email',
      state: 'the-state',
      nonce: 'the-nonce',
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
      ...more,
    })
    return { verifier, address: `/${tenantId}/oauth2/v2.0/authorize?${query}` }
  }

  const exchange = (app: FastifyInstance, form: Readonly<Record<string, string>>) =>
    app.inject({
      method: 'POST',
      url: `/${tenantId}/oauth2/v2.0/token`,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: new URLSearchParams({
        client_id: client.clientId,
        client_secret: client.clientSecret,
        ...form,
      }).toString(),
    })

  /** Signs someone in all the way back to the client; `page` is where the browser was led first. */
  const signIn = async (
    app: FastifyInstance,
    username: string,
    {
      browser = new Browser(app, PUBLIC_URL),
      more = {},
    }: { readonly browser?: Browser; readonly more?: Readonly<Record<string, string>> } = {},
  ) => {
    const { verifier, address } = begin(more)
    const page = await browser.open(address)
    const back = isBack(page) ? page : await browser.submit(page, { username, password: PASSWORD })
    const code = URL.canParse(back.at) ? (new URL(back.at).searchParams.get('code') ?? undefined) : undefined
    const redeem = () =>
      exchange(app, {
        grant_type: 'authorization_code',
        code: code ?? '',
        redirect_uri: CALLBACK,
        code_verifier: verifier,
      })
    return { browser, page, back, code, redeem }
  }

  const idTokenOf = async (app: FastifyInstance, username: string, browser?: Browser): Promise<string> => {
    const { redeem } = await signIn(app, username, browser ? { browser } : {})
    return (await redeem()).json().id_token
  }

  /** The ids of the published keys, as they stand there. */
  const publishedBy = async (app: FastifyInstance): Promise<string[]> => (await keysOf(app)).map(({ kid }) => kid)

  const keysOf = async (app: FastifyInstance): Promise<({ kid: string } & JsonWebKey)[]> =>
    (await app.inject({ url: `/${tenantId}/discovery/v2.0/keys` })).json().keys

  /** Whether a published key bears an ID token out. */
  const isBorneOut = async (app: FastifyInstance, idToken: string): Promise<boolean> => {
    const [head = '', body = '', signature = ''] = idToken.split('.')
    const key = (await keysOf(app)).find(({ kid }) => kid === keyIdOf(idToken))
    if (!key) return false
    const publicKey = createPublicKey({ key, format: 'jwk' })
    return verify('sha256', Buffer.from(`${head}.${body}`), publicKey, Buffer.from(signature, 'base64url'))
  }

  return { ...client, begin, exchange, signIn, idTokenOf, publishedBy, isBorneOut }
}

export const isBack = ({ at }: Page): boolean => at.startsWith(`${CALLBACK}?code=`)

/** The id of the key that signed an ID token. */
export function keyIdOf(idToken: string): string {
  return JSON.parse(Buffer.from(idToken.split('.')[0] ?? '', 'base64url').toString()).kid
}
