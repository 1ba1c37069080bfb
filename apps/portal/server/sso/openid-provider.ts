import { assertOutsideTransaction } from '@muster/service-kit/database.ts'
import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  type Configuration,
  calculatePKCECodeChallenge,
  customFetch,
  discovery,
  enableNonRepudiationChecks,
  fetchUserInfo,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
} from 'openid-client'
import type { PortalDeps } from '../portal-deps.ts'
import { connectorContext, type OpenIdConnector } from '../settings/repository.ts'
import type { Claims } from './decide-sign-in.ts'

/** What the browser carries from the start of a sign-in to its end, sealed. */
export interface SignInFlow {
  readonly workspaceId: string
  readonly state: string
  readonly nonce: string
  readonly codeVerifier: string
  readonly returnTo: string
}

/** How long what a provider says of itself is believed. */
const DISCOVERY_MS = 5 * 60_000
/** Longest wait for the provider, seconds. */
const TIMEOUT_S = 10
/** Most connections remembered at once: beyond it the memory starts anew. */
const MOST_REMEMBERED = 1000

const known = new WeakMap<object, Map<string, { readonly configuration: Configuration; readonly until: number }>>()

async function configurationOf(
  deps: PortalDeps,
  workspaceId: string,
  connector: OpenIdConnector,
): Promise<Configuration> {
  assertOutsideTransaction('A call to the OpenID provider')
  const { clock, secrets, fetch, database } = deps
  const memory = known.get(database) ?? new Map()
  known.set(database, memory)
  // The sealed secret is in the key: a changed connection is never served by what an earlier one left.
  const key = JSON.stringify([workspaceId, connector.issuer, connector.identifier, connector.sealedSecret])
  const remembered = memory.get(key)
  if (remembered && remembered.until > clock.now().getTime()) return remembered.configuration

  const issuer = new URL(connector.issuer)
  const configuration = await discovery(
    issuer,
    connector.identifier,
    secrets.open(connector.sealedSecret, connectorContext(workspaceId)),
    undefined,
    {
      timeout: TIMEOUT_S,
      execute: [enableNonRepudiationChecks, ...(issuer.protocol === 'http:' ? [allowInsecureRequests] : [])],
      [customFetch]: (url, init) => fetch(url, init as RequestInit),
    },
  )
  if (memory.size >= MOST_REMEMBERED) memory.clear()
  memory.set(key, { configuration, until: clock.now().getTime() + DISCOVERY_MS })
  return configuration
}

const callbackUrl = (publicUrl: string): string => new URL('/auth/callback', publicUrl).href

/** What makes a provider ask who signs in (OpenID Connect Core §3.1.2.1). Google knows no `login`, but this. */
const promptOf = (issuer: string): string =>
  new URL(issuer).hostname === 'accounts.google.com' ? 'select_account' : 'login'

/**
 * Begins an authorization code flow with PKCE, state and nonce (OpenID Connect Core §3.1, RFC 7636).
 *
 * `anotherAccount` has the provider ask who it is, even of somebody who is signed in there.
 *
 * @returns Where to lead the browser, and what it must bring back.
 */
export async function beginFlow(
  deps: PortalDeps,
  connector: OpenIdConnector,
  {
    workspaceId,
    returnTo,
    anotherAccount = false,
  }: Pick<SignInFlow, 'workspaceId' | 'returnTo'> & { readonly anotherAccount?: boolean },
): Promise<{ readonly url: string; readonly flow: SignInFlow }> {
  const configuration = await configurationOf(deps, workspaceId, connector)
  const flow: SignInFlow = {
    workspaceId,
    returnTo,
    state: randomState(),
    nonce: randomNonce(),
    codeVerifier: randomPKCECodeVerifier(),
  }
  const url = buildAuthorizationUrl(configuration, {
    redirect_uri: callbackUrl(deps.publicUrl),
    scope: 'openid email profile',
    response_type: 'code',
    state: flow.state,
    nonce: flow.nonce,
    code_challenge: await calculatePKCECodeChallenge(flow.codeVerifier),
    code_challenge_method: 'S256',
    ...(anotherAccount ? { prompt: promptOf(connector.issuer) } : {}),
  })
  return { url: url.href, flow }
}

/** Trades the code for what the provider says of the person. @throws whatever is wrong with the answer, checked whole. */
export async function finishFlow(
  deps: PortalDeps,
  connector: OpenIdConnector,
  flow: SignInFlow,
  query: string,
): Promise<Claims> {
  const configuration = await configurationOf(deps, flow.workspaceId, connector)
  const answer = await authorizationCodeGrant(configuration, new URL(`${callbackUrl(deps.publicUrl)}${query}`), {
    expectedState: flow.state,
    expectedNonce: flow.nonce,
    pkceCodeVerifier: flow.codeVerifier,
    idTokenExpected: true,
  })
  const token = answer.claims()
  if (!token) throw new Error('The provider sent no id_token')
  // Some providers keep everything but `sub` out of the token.
  const named = token.email !== undefined || token.preferred_username !== undefined
  const more =
    !named && configuration.serverMetadata().userinfo_endpoint
      ? await fetchUserInfo(configuration, answer.access_token, token.sub)
      : undefined
  const said: Readonly<Record<string, unknown>> = { ...more, ...token }
  return {
    issuer: token.iss,
    subject: token.sub,
    email: text(said.email),
    emailVerified: said.email_verified === true,
    preferredUsername: text(said.preferred_username),
    name: text(said.name),
  }
}

/** Longest name or address that is taken from a provider. */
const LONGEST = 500

function text(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined
  const trimmed = value.trim()
  return trimmed === '' || trimmed.length > LONGEST || trimmed.includes('\0') || !trimmed.isWellFormed()
    ? undefined
    : trimmed
}
