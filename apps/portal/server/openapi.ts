import type { DocumentedAnswer, JsonSchema, OperationNotes } from '@muster/service-kit/serve-openapi.ts'
import { EXAMPLES } from './openapi-examples.ts'
import { scimNotes } from './scim/openapi.ts'

const ERROR: JsonSchema = {
  type: 'object',
  required: ['type', 'message', 'httpStatus', 'requestId'],
  properties: {
    type: { type: 'string' },
    message: { type: 'string' },
    details: { type: 'object' },
    httpStatus: { type: 'integer' },
    requestId: { type: 'string' },
  },
}

/** RFC 9457. */
const PROBLEM: JsonSchema = {
  type: 'object',
  required: ['type', 'title', 'status', 'detail'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    retryAfter: { type: 'integer' },
  },
}

const error = (description: string): DocumentedAnswer => ({ description, schema: ERROR })
const page = (description: string): DocumentedAnswer => ({
  description,
  schema: { type: 'string' },
  mediaType: 'text/html',
})
const TOO_MANY: DocumentedAnswer = {
  description: 'Too many requests: `Retry-After` says when to try again.',
  schema: PROBLEM,
  mediaType: 'application/problem+json',
}
const AWAY = error('The database is out of reach.')
const WRITES = new Set(['POST', 'PUT', 'PATCH', 'DELETE'])

/** Writes that are answered without a body. */
const EMPTY: Readonly<Record<string, number>> = {
  'DELETE /api/v1/users/{id}': 200,
  'DELETE /api/v1/access-tokens/{id}': 200,
  'DELETE /api/v1/sessions/{id}': 200,
  'DELETE /api/v1/auth/key/{cid}': 200,
  'DELETE /api/v1/roles/{tag}': 200,
  'DELETE /api/v1/scim/role-mappings/{id}': 200,
  'DELETE /api/v1/teams/{tagOrId}/members/{userId}': 200,
  'DELETE /api/v1/teams': 204,
  'DELETE /api/v1/teams/{tagOrId}': 204,
}

const SIGN_IN: Readonly<Record<string, Readonly<Record<number, DocumentedAnswer>>>> = {
  'GET /auth/sign-in': {
    200: page('The ways to sign in, or the question for the workspace.'),
    302: { description: 'Signed in already: to `returnTo`.' },
    400: page('A parameter is not right.'),
    404: page('There is no such workspace.'),
  },
  'GET /auth/login': {
    302: { description: 'To the sign-in page of the provider.' },
    400: page('A parameter is not right.'),
    404: page('There is no such workspace, or it must be named.'),
    409: page('The workspace has no provider yet.'),
    502: page('The provider does not answer.'),
  },
  'GET /auth/callback': {
    303: { description: 'Signed in: to where the sign-in began.' },
    400: page('The sign-in has expired, or the provider did not let them in.'),
    403: page('The person may not enter this workspace.'),
    409: page('The workspace has no provider any more.'),
  },
  'GET /auth/local': {
    200: page('The form.'),
    400: page('A parameter is not right.'),
    403: page('Local sign-in is off.'),
  },
  'POST /auth/local': {
    204: { description: 'Signed in: the session is in the cookie.' },
    303: { description: 'Signed in by form: to `returnTo`.' },
    400: error('The body is not right, or the workspace must be named.'),
    401: error('Address and password do not match.'),
    403: error('Sent from another site, or local sign-in is off.'),
    429: TOO_MANY,
  },
  'POST /auth/logout': {
    204: { description: 'Signed out.' },
    303: { description: 'Signed out, for browsers: to the sign-in page.' },
    403: error('Sent from another site.'),
  },
}

/** What `/openapi.json` says of the portal's operations beside their shapes. */
export function portalNotes(method: string, path: string): OperationNotes | undefined {
  const name = `${method} ${path}`
  if (path.startsWith('/scim/v2')) return scimNotes(method, path)
  const signIn = SIGN_IN[name]
  if (signIn) return { answers: { ...signIn, 503: AWAY }, ...exampleOf(name) }
  if (!path.startsWith('/api/v1')) return undefined
  const isWrite = WRITES.has(method)
  const empty = EMPTY[name]
  return {
    answers: {
      ...(empty ? { [empty]: { description: 'Done; there is no content.' } } : {}),
      400: error('A parameter or the body is not right.'),
      401: error('No credential, or one that is not valid any more.'),
      403: error('A permission is missing; it is named.'),
      404: error('There is no such object in this workspace.'),
      ...(isWrite ? { 409: error('Another object or a rule stands in the way.') } : {}),
      ...(isWrite && method !== 'DELETE'
        ? { 413: error('The body is larger than 2 MB.'), 415: error('The body is not JSON.') }
        : {}),
      429: TOO_MANY,
      503: AWAY,
    },
    ...exampleOf(name),
  }
}

const exampleOf = (name: string) => (name in EXAMPLES ? { example: EXAMPLES[name] } : {})
