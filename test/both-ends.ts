import { createDirectory } from '@muster/directory/server/app.ts'
import { createTenant, registerFirstPartyClient } from '@muster/directory/server/tenants/create-tenant.ts'
import { Browser } from '@muster/directory/server/testing/browser.ts'
import { createPortal } from '@muster/portal/server/app.ts'
import { connectOpenId, createWorkspace } from '@muster/portal/server/workspaces/create-workspace.ts'
import type { Transport } from '@muster/scim'
import type { Clock } from '@muster/service-kit/clock.ts'
import { assertOutsideTransaction, type Database } from '@muster/service-kit/database.ts'
import { openSecretBox } from '@muster/service-kit/secrets.ts'
import { expect } from 'vitest'

interface Request {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly payload?: string
}

/** What answers requests without a port. */
type App = Awaited<ReturnType<typeof createPortal>>['app']

export const PORTAL_URL = 'http://portal.test'
export const DIRECTORY_URL = 'http://directory.test'

/** A clock that a test moves by hand, and that otherwise runs. */
export function movableClock(): Clock & { move(ms: number): void } {
  let offset = 0
  return {
    now: () => new Date(Date.now() + offset),
    move: (ms) => {
      offset += ms
    },
  }
}

/** Both apps in this process, with no port: the engine's requests are the portal's `inject`, and the portal's calls to its OpenID provider the directory's. */
export async function startBothEnds(
  database: Database,
  clock: Clock = movableClock(),
  both: Pick<Parameters<typeof createPortal>[0], 'logger' | 'trustedProxies'> = {},
) {
  const secrets = openSecretBox('a key for tests, long enough to do')
  const apps = new Map<'portal' | 'directory', App>()
  const ask = async (name: 'portal' | 'directory', request: Request) => {
    assertOutsideTransaction('An HTTP call')
    const app = apps.get(name)
    if (!app) throw new Error(`The ${name} is not there yet.`)
    return app.inject(request)
  }
  const requests: { readonly method: string; readonly url: string; readonly body: string | undefined }[] = []
  const transport: Transport = async ({ method, url, headers, body }) => {
    requests.push({ method, url, body })
    const answer = await ask('portal', {
      method,
      url: url.slice(PORTAL_URL.length),
      headers,
      ...(body === undefined ? {} : { payload: body }),
    })
    return { status: answer.statusCode, headers: flatten(answer.headers), body: answer.payload }
  }
  const portal = await createPortal({
    database,
    clock,
    secrets,
    publicUrl: PORTAL_URL,
    version: 'test',
    ...both,
    fetch: async (url, init) => {
      const headers = Object.fromEntries(new Headers(init?.headers))
      const answer = await ask('directory', {
        method: (init?.method ?? 'GET') as 'GET',
        url: String(url).slice(DIRECTORY_URL.length),
        headers,
        ...(init?.body ? { payload: String(init.body) } : {}),
      })
      return new Response(answer.payload, { status: answer.statusCode, headers: flatten(answer.headers) })
    },
  })
  const directory = await createDirectory({
    database,
    clock,
    secrets,
    transport,
    publicUrl: DIRECTORY_URL,
    cycleIntervalSeconds: 2_400,
    version: 'test',
    ...both,
  })
  apps.set('portal', portal.app).set('directory', directory.app)
  await Promise.all([portal.app.ready(), directory.app.ready()])

  return {
    portal: portal.app,
    directory: directory.app,
    requests,
    /** A workspace and a tenant that know nothing of any other. */
    async newPair(name: string) {
      const workspace = await createWorkspace(
        { database, clock, secrets },
        { name, adminEmail: `admin@${name}.example` },
      )
      const tenant = await createTenant({ database, clock, secrets }, { name, domain: `${name}.example` })
      const client = await registerFirstPartyClient(
        { database, clock, secrets, publicUrl: DIRECTORY_URL },
        tenant.tenantId,
        {
          displayName: `${name} portal`,
          redirectUris: [`${PORTAL_URL}/auth/callback`],
        },
      )
      await connectOpenId({ database, clock, secrets }, workspace.workspaceId, {
        type: 'muster',
        identifier: client.clientId,
        secret: client.clientSecret,
        issuer: client.issuer,
        domains: client.domains,
      })
      const token = await directory.app.inject({
        method: 'POST',
        url: `/${tenant.tenantId}/oauth2/v2.0/token`,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        payload: new URLSearchParams({
          grant_type: 'client_credentials',
          client_id: tenant.clientId,
          client_secret: tenant.clientSecret,
          scope: 'https://graph/.default',
        }).toString(),
      })
      expect(token.statusCode, token.payload).toBe(200)
      return {
        workspace,
        tenant,
        graphToken: token.json().access_token as string,
        api: speaker(portal.app, workspace.adminApiKey, '/api/v1'),
        scim: speaker(portal.app, workspace.adminApiKey, '/scim/v2'),
        graph: speaker(directory.app, token.json().access_token, '/v1.0'),
      }
    },
    async stop() {
      await directory.close()
      await portal.close()
    },
  }
}

export type BothEnds = Awaited<ReturnType<typeof startBothEnds>>
export type Pair = Awaited<ReturnType<BothEnds['newPair']>>

/** The session cookies of both first admins, `name=value`: each opens its own app. */
export async function signInAdmins(ends: BothEnds, { workspace, tenant }: Pair) {
  const payload = { email: workspace.adminEmail, password: workspace.adminPassword, workspace: workspace.workspaceId }
  const entered = await ends.portal.inject({ method: 'POST', url: '/auth/local', payload })
  const browser = new Browser(ends.directory, DIRECTORY_URL)
  const form = { username: tenant.adminUserPrincipalName, password: tenant.adminPassword }
  await browser.submit(await browser.open('/auth/login'), form)
  return { portal: String(entered.headers['set-cookie']).split(';')[0] ?? '', directory: browser.cookies('/') }
}

/** Speaks JSON to one app as the holder of `bearer`, and insists on the status. */
export function speaker(app: App, bearer: string, base: string) {
  return async (method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: unknown, status?: number) => {
    const answer = await app.inject({
      method,
      url: `${base}${path}`,
      headers: {
        authorization: `Bearer ${bearer}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
    })
    if (status !== undefined || answer.statusCode >= 400)
      expect(answer.statusCode, `${method} ${path}: ${answer.payload}`).toBe(status ?? 200)
    // biome-ignore lint/suspicious/noExplicitAny: answers of many APIs, each read where it is asked about.
    return (answer.payload === '' ? {} : answer.json()) as any
  }
}

/** Connects a tenant's new enterprise app to a workspace and starts nothing yet. */
export async function connectApp(
  { api, graph, workspace }: Pair,
  { name = 'Portal', parameters = '' }: { readonly name?: string; readonly parameters?: string } = {},
) {
  await api('PUT', '/settings/scim', {
    automaticProvisioning: true,
    automaticDeprovisioning: true,
    rejectUnprovisionedSignIn: false,
  })
  const { servicePrincipal } = await graph(
    'POST',
    '/applicationTemplates/8adf8e6e-67b2-4cf2-a259-e3dc5476c621/instantiate',
    { displayName: name },
    201,
  )
  const job = await graph(
    'POST',
    `/servicePrincipals/${servicePrincipal.id}/synchronization/jobs`,
    { templateId: 'scim' },
    201,
  )
  const value = [
    { key: 'BaseAddress', value: `${PORTAL_URL}/scim/v2${parameters}` },
    { key: 'SecretToken', value: workspace.adminApiKey },
  ]
  await graph('PUT', `/servicePrincipals/${servicePrincipal.id}/synchronization/secrets`, { value }, 204)
  const jobPath = `/servicePrincipals/${servicePrincipal.id}/synchronization/jobs/${job.id}`
  const last = async () => (await graph('GET', jobPath)).status.lastExecution
  const finished = async (before: string | undefined) => {
    await expect
      .poll(async () => (await last())?.activityIdentifier ?? before, { timeout: 20_000, interval: 20 })
      .not.toBe(before)
    return last()
  }
  return {
    servicePrincipalId: servicePrincipal.id as string,
    jobPath,
    assign: (principalId: string) =>
      graph(
        'POST',
        `/servicePrincipals/${servicePrincipal.id}/appRoleAssignedTo`,
        { principalId, resourceId: servicePrincipal.id, appRoleId: '00000000-0000-0000-0000-000000000000' },
        201,
      ),
    async start() {
      await graph('POST', `${jobPath}/start`, undefined, 204)
      return finished(undefined)
    },
    async cycle() {
      const before = (await last())?.activityIdentifier
      await graph('POST', `${jobPath}/runNow`, undefined, 204)
      return finished(before)
    },
    logs: async () =>
      (await graph('GET', `/auditLogs/provisioning?$filter=${encodeURIComponent(`jobId eq '${job.id}'`)}&$top=999`))
        .value,
  }
}

/** A person in a tenant, enabled, with the attributes of the default mapping. */
export async function newPerson({ graph, tenant }: Pair, name: string, extra: Record<string, unknown> = {}) {
  const domain = tenant.adminUserPrincipalName.split('@')[1]
  const userPrincipalName = `${name}@${domain}`
  return (await graph(
    'POST',
    '/users',
    {
      accountEnabled: true,
      displayName: name,
      givenName: name,
      surname: 'Example',
      mailNickname: name,
      mail: userPrincipalName,
      userPrincipalName,
      passwordProfile: { password: `Secret-${name}-2026`, forceChangePasswordNextSignIn: false },
      ...extra,
    },
    201,
  )) as { id: string; userPrincipalName: string }
}

function flatten(headers: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : String(value)]],
    ),
  )
}
