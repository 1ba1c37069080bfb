import type { Transport } from '@muster/scim'
import { openSecretBox } from '@muster/service-kit/secrets.ts'
import { afterAll } from 'vitest'
import { freshDatabase } from '../../../../test/database.ts'
import { createDirectory } from '../app.ts'
import { numberChanges, readChanges } from '../changes/feed.ts'
import type { DirectoryLimits } from '../limits/limits.ts'
import { createTenant } from '../tenants/create-tenant.ts'
import { Browser } from './browser.ts'

export const PUBLIC_URL = 'http://directory.test:7490'

// biome-ignore lint/suspicious/noExplicitAny: bodies of the whole API, each read at the few places it is asked about.
type Json = any

export interface GraphAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly body: Json
}

/** A way to speak Graph: `graph('GET', '/users')`. */
export type Speak = (
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  path: string,
  body?: unknown,
  headers?: Readonly<Record<string, string>>,
) => Promise<GraphAnswer>

/** Tests sign in often within one minute of their clock. */
const NO_LIMITS: DirectoryLimits = { signIn: 0, signInFailures: 0, token: 0 }

/** A whole directory on a database of its own, called without a socket, with a clock that the test moves. */
export async function openTestDirectory(
  options: {
    readonly limits?: Partial<DirectoryLimits>
    /** Default: a fresh one. */
    readonly database?: Awaited<ReturnType<typeof freshDatabase>>
    /** Default: no target may be called. */
    readonly transport?: Transport
  } = {},
) {
  const { database, pool } = options.database ?? (await freshDatabase())
  const time = { now: Date.parse('2026-02-03T08:00:00.000Z') }
  const clock = { now: () => new Date(time.now) }
  const secrets = openSecretBox('k'.repeat(40))
  const noTarget: Transport = async () => {
    throw new Error('No target is called here.')
  }
  const deps = { database, clock, secrets, publicUrl: PUBLIC_URL }
  const { app, close } = await createDirectory({
    ...deps,
    transport: options.transport ?? noTarget,
    cycleIntervalSeconds: 2400,
    version: '0',
    limits: { ...NO_LIMITS, ...options.limits },
  })
  afterAll(close)

  const speakWith =
    (credentials: Readonly<Record<string, string>>): Speak =>
    async (method, path, body, headers = {}) => {
      const response = await app.inject({
        method,
        url: path.startsWith('/beta') || path.startsWith('http') ? path : `/v1.0${path}`,
        headers: { ...credentials, ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
        ...(body === undefined ? {} : { payload: typeof body === 'string' ? body : JSON.stringify(body) }),
      })
      return {
        status: response.statusCode,
        headers: response.headers,
        body: response.body === '' ? undefined : response.json(),
      }
    }

  const tokenFor = async (tenantId: string, clientId: string, clientSecret: string): Promise<string> => {
    const response = await app.inject({
      method: 'POST',
      url: `/${tenantId}/oauth2/v2.0/token`,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: clientId,
        client_secret: clientSecret,
        scope: `${PUBLIC_URL}/.default`,
      }).toString(),
    })
    return response.json().access_token as string
  }

  /** A fresh tenant, and a way to speak to it as its admin client. */
  const openTenant = async () => {
    const tenant = await createTenant(deps, { name: 'Test', domain: 'muster.example' })
    const token = await tokenFor(tenant.tenantId, tenant.clientId, tenant.clientSecret)
    const graph = speakWith({ authorization: `Bearer ${token}` })
    const domain = tenant.adminUserPrincipalName.split('@')[1] ?? ''
    let made = 0

    /** Someone new, with a password; answers Graph's user. */
    const person = async (extra: Readonly<Record<string, unknown>> = {}): Promise<Json> => {
      made += 1
      const { body, status } = await graph('POST', '/users', {
        accountEnabled: true,
        displayName: `Person ${made}`,
        mailNickname: `person${made}`,
        userPrincipalName: `person${made}@${domain}`,
        passwordProfile: { password: PASSWORD },
        ...extra,
      })
      if (status !== 201) throw new Error(`POST /users answered ${status}: ${JSON.stringify(body)}`)
      return body
    }

    const group = async (displayName = 'Crew', extra: Readonly<Record<string, unknown>> = {}): Promise<Json> =>
      (
        await graph('POST', '/groups', {
          displayName,
          mailNickname: 'crew',
          mailEnabled: false,
          securityEnabled: true,
          ...extra,
        })
      ).body

    /** The changes of the tenant so far, as one line each. */
    const changesAfter = async (after: number): Promise<string[]> => {
      const upTo = await numberChanges(database, tenant.tenantId)
      const changes = await readChanges(database, tenant.tenantId, after, upTo, 1_000)
      return changes.map((change) => {
        const target = change.kind === 'object' ? `v${change.objectVersion}` : change.targetId
        const attribute = change.kind === 'reference' ? ` ${change.attribute}` : ''
        return `${change.kind} ${change.operation} ${change.objectType} ${change.objectId}${attribute} ${target}`
      })
    }

    /** A browser in which someone has signed in to the console, and a way to speak Graph from it. */
    const signedIn = async (userPrincipalName: string, password = PASSWORD) => {
      const browser = new Browser(app, PUBLIC_URL)
      const page = await browser.open('/auth/login?returnTo=/')
      const after = await browser.submit(page, { username: userPrincipalName, password })
      const cookie = browser.cookies('/')
      return { browser, after, speak: speakWith(cookie === '' ? {} : { cookie }) }
    }

    return {
      ...tenant,
      token,
      domain,
      graph,
      person,
      group,
      changesAfter,
      changesNow: () => numberChanges(database, tenant.tenantId),
      signedIn,
    }
  }

  return { app, database, pool, deps, time, openTenant, tokenFor, speakWith, anyone: speakWith({}) }
}

export const PASSWORD = 'Correct-Horse-7'
