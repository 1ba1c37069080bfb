import type { DocumentedAnswer, JsonSchema, OperationNotes } from '@muster/service-kit/serve-openapi.ts'

const ERROR: JsonSchema = {
  type: 'object',
  required: ['error'],
  properties: {
    error: {
      type: 'object',
      required: ['code', 'message'],
      properties: { code: { type: 'string' }, message: { type: 'string' }, innerError: { type: 'object' } },
    },
  },
}
const context = { '@odata.context': { type: 'string' } }
/** Graph's directoryObject, or another entity with an id; `$select` leaves out what it does not name. */
const ENTITY: JsonSchema = {
  type: 'object',
  required: ['@odata.context'],
  properties: { ...context, id: { type: 'string' } },
}
const COLLECTION: JsonSchema = {
  type: 'object',
  required: ['value'],
  properties: {
    ...context,
    '@odata.count': { type: 'integer' },
    '@odata.nextLink': { type: 'string' },
    '@odata.deltaLink': { type: 'string' },
    value: { type: 'array', items: { type: 'object' } },
  },
}
const INSTANTIATED: JsonSchema = {
  type: 'object',
  required: ['application', 'servicePrincipal'],
  properties: { application: { type: 'object' }, servicePrincipal: { type: 'object' } },
}

/** Graph's synchronizationSchema. */
const SCHEMA: JsonSchema = {
  type: 'object',
  required: ['synchronizationRules'],
  properties: { ...context, synchronizationRules: { type: 'array', items: { type: 'object' } } },
}

const error = (description: string): DocumentedAnswer => ({ description, schema: ERROR })
const DONE: DocumentedAnswer = { description: 'Done; there is no content.' }
const pageOf = (description: string): DocumentedAnswer => ({
  description,
  schema: { type: 'string' },
  mediaType: 'text/html',
})

const EVENTS: DocumentedAnswer = {
  description:
    'Events until the client leaves: `job` with the SynchronizationJob now and whenever it differs, and at last `end` with `{"reason": "signedOut" | "forbidden" | "deleted" | "unavailable" | "stopping"}`.',
  schema: { type: 'string' },
  mediaType: 'text/event-stream',
}

const SIGN_IN: Readonly<Record<string, Readonly<Record<number, DocumentedAnswer>>>> = {
  'GET /auth/login': {
    200: pageOf('The form.'),
    302: { description: 'Signed in already: to `returnTo`.' },
    400: pageOf('A parameter is not right.'),
  },
  'POST /auth/login': {
    200: pageOf('A new password must be chosen first.'),
    303: { description: 'Signed in: to `returnTo`, with the session in the cookie.' },
    400: pageOf('The form is not right.'),
    401: pageOf('Name and password do not match, or the account is blocked.'),
    403: pageOf('Sent from another site.'),
    429: pageOf('Too many tries from this address or at this account: `Retry-After` says when to try again.'),
  },
  'POST /auth/logout': {
    204: { description: 'Signed out.' },
    303: { description: 'Signed out by form: to the sign-in page.' },
    403: pageOf('Sent from another site.'),
  },
}

const ASSIGNMENT = {
  principalId: '{principalId}',
  resourceId: '{id}',
  appRoleId: '00000000-0000-0000-0000-000000000000',
}
const SECRETS = [
  { key: 'BaseAddress', value: '{tenantUrl}' },
  { key: 'SecretToken', value: '{secretToken}' },
]
const NAME = { displayName: 'Portal' }
const SYNCHRONIZATION = '/servicePrincipals/{id}/synchronization'
const REFERENCE = { '@odata.id': 'https://graph.microsoft.com/v1.0/directoryObjects/{memberId}' }

/** A body for each write, as it is sent under either version. `{…}` stands for an object of the tenant. */
const EXAMPLES: Readonly<Record<string, unknown>> = {
  'POST /users': {
    accountEnabled: true,
    displayName: 'Ada Lovelace',
    mailNickname: 'ada',
    userPrincipalName: 'ada@acme.example',
    passwordProfile: { password: 'correct horse 1852', forceChangePasswordNextSignIn: false },
  },
  'PATCH /users/{id}': { jobTitle: 'Engineer', department: 'Platform' },
  'PUT /users/{id}/manager/$ref': REFERENCE,
  'POST /groups': { displayName: 'Payments', mailNickname: 'payments', mailEnabled: false, securityEnabled: true },
  'PATCH /groups/{id}': { displayName: 'Billing' },
  'POST /groups/{id}/members/$ref': REFERENCE,
  'POST /directoryRoles/{id}/members/$ref': REFERENCE,
  'POST /applicationTemplates/{id}/instantiate': NAME,
  'PATCH /applications/{id}': NAME,
  'PATCH /servicePrincipals/{id}': NAME,
  'POST /servicePrincipals/{id}/appRoleAssignedTo': ASSIGNMENT,
  [`PUT ${SYNCHRONIZATION}/secrets`]: { value: SECRETS },
  [`POST ${SYNCHRONIZATION}/jobs`]: { templateId: 'scim' },
  [`PATCH ${SYNCHRONIZATION}/jobs/{jobId}`]: { schedule: { interval: 'PT1H' } },
  [`POST ${SYNCHRONIZATION}/jobs/{jobId}/restart`]: { criteria: { resetScope: 'Watermark, Escrows' } },
  [`POST ${SYNCHRONIZATION}/jobs/validateCredentials`]: { templateId: 'scim', credentials: SECRETS },
  [`POST ${SYNCHRONIZATION}/jobs/{jobId}/validateCredentials`]: { useSavedCredentials: true },
}

/** What `/openapi.json` says of the directory's operations beside their shapes. */
export function directoryNotes(method: string, path: string): OperationNotes | undefined {
  const signIn = SIGN_IN[`${method} ${path}`]
  if (signIn) return { answers: { ...signIn, 503: error('The database is out of reach.') } }
  const [, below] = /^\/(?:v1\.0|beta)(\/.*)$/.exec(path) ?? []
  if (below === undefined) return undefined
  const example = EXAMPLES[`${method} ${below}`]
  const isWrite = method !== 'GET'
  return {
    answers: {
      ...success(method, below),
      400: error('A parameter or the body is not right, or another object has this value.'),
      401: error('No token or session, or one that is not valid any more.'),
      403: error('The caller may not do this.'),
      404: error('There is no such object in this tenant.'),
      ...(below.endsWith('/delta') ? { 410: error('The link is too old: `Location` says where to begin anew.') } : {}),
      ...(isWrite ? { 409: error('A rule stands in the way.') } : {}),
      ...(isWrite && method !== 'DELETE'
        ? { 413: error('The body is larger than 2 MB.'), 415: error('The body is not JSON.') }
        : {}),
      429: error('Too many requests: `Retry-After` says when to try again.'),
      503: error('The database is out of reach, or too many changes met.'),
    },
    ...(example === undefined ? {} : { example }),
  }
}

/** The success of a route that has no shape of its own; `{}` leaves those that have. */
function success(method: string, path: string): Readonly<Record<number, DocumentedAnswer>> {
  if (path.endsWith('/synchronization/secrets') && method === 'GET')
    return { 200: { description: 'The keys; the values of secrets are not told.', schema: COLLECTION } }
  if (path.endsWith('/synchronization/templates')) return { 200: { description: 'The templates.', schema: COLLECTION } }
  if (path.endsWith('/schema')) return { 200: { description: 'The attribute mappings.', schema: SCHEMA } }
  if (path.endsWith('/events')) return { 200: EVENTS }
  if (path.includes('/synchronization/') || path.startsWith('/auditLogs')) return {}
  if (path.endsWith('/$count'))
    return { 200: { description: 'The number.', schema: { type: 'string' }, mediaType: 'text/plain' } }
  if (path.endsWith('/instantiate')) return { 201: { description: 'Both are made.', schema: INSTANTIATED } }
  if (path.endsWith('/restore')) return { 200: { description: 'It is back.', schema: ENTITY } }
  if (method === 'GET')
    return path.endsWith('}') || path.endsWith('/manager') || path === '/me'
      ? { 200: { description: 'The object.', schema: ENTITY } }
      : { 200: { description: 'A page of the list.', schema: COLLECTION } }
  if (method === 'POST' && !path.endsWith('/$ref')) return { 201: { description: 'It is made.', schema: ENTITY } }
  return { 204: DONE }
}
