import { type Transport, TransportError } from '@muster/scim'
import { injectAny } from '../../../../test/openapi/inject-any.ts'
import { withRouteTables } from '../../../../test/openapi/route-tables.ts'
import { DIRECTORY_ROLES } from '../directory/roles/role.ts'
import { openTestDirectory } from '../testing/test-directory.ts'
import type { TestAnswer, TestCaller } from './calls-for-tests.ts'
import { type GuardedRoute, guardedRoutes, type TestRole } from './table-for-tests.ts'

export type TestTenant = Awaited<ReturnType<Awaited<ReturnType<typeof openTestDirectory>>['openTenant']>>
export type GuardedDirectory = Awaited<ReturnType<typeof guardedDirectory>>

/** Test Connection answers as it does for a target that may not be called. */
const shut: Transport = async () => {
  throw new TransportError('refused', 'No target is called here.')
}

/** A whole directory with its own table of routes, those that no document lists too. */
export async function guardedDirectory() {
  const { made: directory, routesOf } = await withRouteTables(() => openTestDirectory({ transport: shut }))
  const routes: readonly GuardedRoute[] = guardedRoutes(routesOf(directory.app))
  const callerOf =
    (identity: Readonly<Record<string, string>>): TestCaller =>
    async (url, { method, body, headers = {} } = {}) => {
      const answer = await injectAny(directory.app, {
        method: method ?? (body === undefined ? 'GET' : 'POST'),
        url,
        headers: {
          ...identity,
          ...(body !== undefined && typeof body !== 'string' ? { 'content-type': 'application/json' } : {}),
          ...headers,
        },
        ...(body === undefined ? {} : { payload: typeof body === 'string' ? body : JSON.stringify(body) }),
      })
      return { status: answer.statusCode, headers: answer.headers, text: answer.payload, json: parsed(answer.payload) }
    }
  return {
    ...directory,
    routes,
    callerOf,
    withBearer: (token: string) => callerOf({ authorization: `Bearer ${token}` }),
    withCookie: (cookie: string) => callerOf({ cookie }),
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Somebody who holds this role and no other, signed in to the console. */
export async function somebody(tenant: TestTenant, role: TestRole): Promise<{ id: string; cookie: string }> {
  const { id, userPrincipalName } = await tenant.person()
  const template = DIRECTORY_ROLES.find(({ displayName }) => displayName === role)
  if (template) {
    const reference = { '@odata.id': `https://graph.microsoft.com/v1.0/directoryObjects/${id}` }
    const { status } = await tenant.graph('POST', `/directoryRoles/${template.id}/members/$ref`, reference)
    if (status !== 204) throw new Error(`No role ${role}: ${status}`)
  }
  return { id, cookie: (await tenant.signedIn(userPrincipalName)).browser.cookies('/') }
}

/** The cookie of the first administrator. */
export async function adminCookie(tenant: TestTenant): Promise<string> {
  const { browser } = await tenant.signedIn(tenant.adminUserPrincipalName, tenant.adminPassword)
  return browser.cookies('/')
}

/** Whether it is an error as Graph's client reads it (Microsoft Graph error responses), and short. */
export const isOData = ({ json, text }: TestAnswer) =>
  /^[A-Za-z_]+$/.test(json?.error?.code) &&
  typeof json.error.message === 'string' &&
  json.error.message !== '' &&
  typeof json.error.innerError?.['request-id'] === 'string' &&
  text.length < 3_000
