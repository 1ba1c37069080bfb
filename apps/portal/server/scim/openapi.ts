import { MEDIA_TYPE } from '@muster/scim'
import type { DocumentedAnswer, JsonSchema, OperationNotes } from '@muster/service-kit/serve-openapi.ts'

const USER_URN = 'urn:ietf:params:scim:schemas:core:2.0:User'
const GROUP_URN = 'urn:ietf:params:scim:schemas:core:2.0:Group'
const PATCH_URN = 'urn:ietf:params:scim:api:messages:2.0:PatchOp'

const schemas = { type: 'array', items: { type: 'string' } }
const meta = { type: 'object', required: ['resourceType', 'location'] }

/** RFC 7643 §3.1: what every resource has. `/scim/v2/Schemas` tells the rest. */
const RESOURCE: JsonSchema = {
  type: 'object',
  required: ['schemas', 'id', 'meta'],
  properties: { schemas, id: { type: 'string' }, externalId: { type: 'string' }, meta },
}
/** RFC 7644 §3.4.2. */
const LIST: JsonSchema = {
  type: 'object',
  required: ['schemas', 'totalResults'],
  properties: {
    schemas,
    totalResults: { type: 'integer' },
    startIndex: { type: 'integer' },
    itemsPerPage: { type: 'integer' },
    Resources: { type: 'array', items: { type: 'object' } },
  },
}
/** RFC 7644 §3.12. */
const ERROR: JsonSchema = {
  type: 'object',
  required: ['schemas', 'status'],
  properties: { schemas, status: { type: 'string' }, scimType: { type: 'string' }, detail: { type: 'string' } },
}
const PATCH: JsonSchema = {
  type: 'object',
  required: ['schemas', 'Operations'],
  properties: {
    schemas,
    Operations: {
      type: 'array',
      items: {
        type: 'object',
        required: ['op'],
        properties: { op: { type: 'string' }, path: { type: 'string' }, value: {} },
      },
    },
  },
}
const DOCUMENT: JsonSchema = { type: 'object', required: ['schemas'], properties: { schemas } }

const scim = (description: string, schema: JsonSchema): DocumentedAnswer => ({
  description,
  schema,
  mediaType: MEDIA_TYPE,
})
const error = (description: string) => scim(description, ERROR)

const change = (path: string, value: unknown) => ({
  schemas: [PATCH_URN],
  Operations: [{ op: 'replace', path, value }],
})
const USER = {
  schemas: [USER_URN],
  userName: 'ada@acme.example',
  externalId: '40117',
  name: { givenName: 'Ada', familyName: 'Lovelace' },
  active: true,
}
const GROUP = { schemas: [GROUP_URN], displayName: 'Payments', members: [] }

const EXAMPLES: Readonly<Record<string, unknown>> = {
  'POST /scim/v2/Users': USER,
  'PUT /scim/v2/Users/{id}': { ...USER, userName: 'ada.king@acme.example' },
  'PATCH /scim/v2/Users/{id}': change('name.familyName', 'King'),
  'POST /scim/v2/Groups': GROUP,
  'PUT /scim/v2/Groups/{id}': { ...GROUP, displayName: 'Payments and billing' },
  'PATCH /scim/v2/Groups/{id}': change('displayName', 'Platform'),
}

/** What `/openapi.json` says of an operation under `/scim/v2`, which reads and writes its bodies by itself. */
export function scimNotes(method: string, path: string): OperationNotes {
  const isResource = /\/(Users|Groups)\b/.test(path)
  const isOne = path.endsWith('/{id}')
  const isWrite = method !== 'GET'
  const hasBody = isWrite && method !== 'DELETE'
  const example = EXAMPLES[`${method} ${path}`]
  return {
    answers: {
      ...success(method, path, isResource, isOne),
      ...(isWrite || (isResource && !isOne) ? {} : { 304: { description: '`If-None-Match` names this version.' } }),
      400: error('The request is not right; `scimType` says how.'),
      401: error('No API key, or one that is not valid any more.'),
      403: error('A permission is missing, or provisioning is switched off.'),
      404: error('There is no such resource in this workspace.'),
      406: error('`Accept` takes no JSON.'),
      ...(isWrite ? { 409: error('Another resource has this value.') } : {}),
      ...(isResource && isOne && isWrite ? { 412: error('`If-Match` names another version.') } : {}),
      ...(hasBody ? { 413: error('The body is larger than 2 MB.'), 415: error('The body is not JSON.') } : {}),
      429: error('Too many requests: `Retry-After` says when to try again.'),
      503: error('The database is out of reach, or too many changes met.'),
    },
    ...(hasBody ? { body: { mediaType: MEDIA_TYPE, schema: method === 'PATCH' ? PATCH : DOCUMENT } } : {}),
    ...(example === undefined ? {} : { example }),
  }
}

function success(
  method: string,
  path: string,
  isResource: boolean,
  isOne: boolean,
): Readonly<Record<number, DocumentedAnswer>> {
  const resource = scim('The resource.', RESOURCE)
  if (!isResource) return { 200: scim('What this provider is.', isOne || path.endsWith('Config') ? DOCUMENT : LIST) }
  if (method === 'GET') return { 200: isOne ? resource : scim('A page of the list.', LIST) }
  if (method === 'POST') return { 201: resource }
  if (method === 'DELETE') return { 204: { description: 'Gone.' } }
  if (method === 'PATCH' && path.includes('/Groups'))
    return { 200: resource, 204: { description: 'Changed; `attributes` asks for the resource.' } }
  return { 200: resource }
}
