import type { Database } from '@muster/service-kit/database.ts'
import { portalForTests, type TestCall, type TestCaller } from '../portal-for-tests.ts'

/** The SCIM type of a body, with the parameter that Entra sends. */
const SCIM_TYPE = { 'content-type': 'application/scim+json; charset=utf-8' }

/** A portal with a workspace whose switches are on, and its admin's key as a SCIM client uses it. */
export async function scimForTests(database: Database) {
  const portal = await portalForTests(database)
  const workspace = await portal.newWorkspace()
  const api = portal.withBearer(workspace.adminApiKey)
  const on = { automaticProvisioning: true, automaticDeprovisioning: true }
  await api('/api/v1/settings/scim', { method: 'PATCH', body: on })
  return { portal, workspace, api, scim: scimCaller(api) }
}

/** Paths below `/scim/v2`, bodies as `application/scim+json`. */
export const scimCaller =
  (api: TestCaller): TestCaller =>
  (path, call: TestCall = {}) =>
    api(`/scim/v2${path}`, { ...call, headers: { ...(call.body === undefined ? {} : SCIM_TYPE), ...call.headers } })

export const PATCH = (...Operations: unknown[]) => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
  Operations,
})

export const USER_SCHEMA = 'urn:ietf:params:scim:schemas:core:2.0:User'
export const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
export const GROUP_SCHEMA = 'urn:ietf:params:scim:schemas:core:2.0:Group'

/** A User as Entra creates one. */
export const entraUser = (userName: string, more: object = {}) => ({
  schemas: [USER_SCHEMA, ENTERPRISE],
  externalId: userName.split('@')[0],
  userName,
  active: true,
  displayName: 'Priya Raman',
  title: 'Platform Engineer',
  preferredLanguage: 'en-GB',
  emails: [{ primary: true, type: 'work', value: userName }],
  addresses: [{ primary: true, type: 'work', locality: 'Leeds', country: 'GB' }],
  phoneNumbers: [
    { primary: true, type: 'work', value: '+44 113 555 0100' },
    { type: 'mobile', value: '+44 7700 900100' },
  ],
  name: { formatted: 'Priya Raman', familyName: 'Raman', givenName: 'Priya' },
  [ENTERPRISE]: { department: 'Platform', employeeNumber: '40117' },
  meta: { resourceType: 'User' },
  roles: [],
  ...more,
})
