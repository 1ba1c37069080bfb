const VIEWER = { type: 'BASIC', role: 'VIEWER' }
// With the address that one's own tests call from: a list without it is refused.
const ADDRESSES = [
  { address: '203.0.113.0/24', description: 'Office' },
  { address: '127.0.0.1', description: 'This machine' },
]
const METADATA = { name: 'Payments', description: 'Takes the money.' }

/**
 * A body for each write that has one, as it is sent. `{email}` stands for the address of somebody in the workspace,
 * `{parentTeamTag}` and `{childTeamTag}` for two teams of it.
 */
export const EXAMPLES: Readonly<Record<string, unknown>> = {
  'POST /auth/local': { email: 'admin@acme.example', password: 'correct horse battery staple' },
  'POST /api/v1/introspect': { token: 'mpt_k7w2m4qz_0123456789abcdefABCDEFGHIJKLMNOP_000000' },
  'POST /api/v1/roles': { name: 'Catalog editor', tag: 'catalog-editor', permissions: ['View Roles'] },
  'PUT /api/v1/roles/{tag}': { name: 'Catalog owner', permissions: ['View Roles'] },
  'POST /api/v1/auth/key': { name: 'Nightly export', roles: [VIEWER], expirationDate: '2099-01-01T00:00:00Z' },
  'PUT /api/v1/auth/key/{cid}': { name: 'Weekly export', description: 'Runs on Sundays.' },
  'POST /api/v1/access-tokens': { name: 'Laptop' },
  'PUT /api/v1/settings/scim': {
    automaticProvisioning: true,
    automaticDeprovisioning: true,
    rejectUnprovisionedSignIn: false,
  },
  'PATCH /api/v1/settings/scim': { rejectUnprovisionedSignIn: true },
  'PUT /api/v1/settings/default-role': { role: VIEWER },
  'PUT /api/v1/settings/openid-connector': {
    type: 'entra',
    identifier: '0f0c2c5d-8a4e-4a57-9c39-7c3c7ce4f6d1',
    secret: 'as the provider showed it',
    issuer: 'https://login.microsoftonline.com/7d1a9b52-3f0e-4c58-a0c5-0b1f6d3c2e11/v2.0',
    domains: ['acme.example'],
  },
  'PUT /api/v1/settings/sign-in': { localSignIn: true },
  'POST /api/v1/users': { email: 'grace@acme.example', name: 'Grace Hopper' },
  'PUT /api/v1/users/{id}/roles': { roles: [{ type: 'BASIC', role: 'USER' }] },
  'POST /api/v1/teams': { teamTag: 'payments', type: 'CORTEX', metadata: METADATA },
  'PUT /api/v1/teams/relationships': {
    edges: [{ parentTeamTag: '{parentTeamTag}', childTeamTag: '{childTeamTag}', provider: 'WORKDAY' }],
  },
  'PUT /api/v1/teams/{tagOrId}': { metadata: METADATA },
  'PUT /api/v1/teams/{tagOrId}/members': {
    type: 'CORTEX',
    members: [{ email: '{email}', notificationsEnabled: true, roleTags: ['team-leader'] }],
  },
  'POST /api/v1/teams/{tagOrId}/members': { email: '{email}' },
  'PUT /api/v1/teams/{tagOrId}/roles': { roles: [VIEWER] },
  'PUT /api/v1/ip-allowlist': { entries: ADDRESSES },
  'POST /api/v1/ip-allowlist/validate': { entries: ADDRESSES },
  'PUT /api/v1/scim/quirks': { strict: false, quirks: [{ name: 'unknown-member', enabled: true }] },
  'POST /api/v1/scim/role-mappings': { idpValue: 'Engineering.Lead', role: { type: 'BASIC', role: 'MANAGER' } },
}
