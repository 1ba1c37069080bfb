import type { TestAnswer, TestCaller, TestPortal } from '@muster/portal/server/portal-for-tests.ts'
import { entraUser, GROUP_SCHEMA, scimCaller } from '@muster/portal/server/scim/scim-for-tests.ts'
import { digestOf } from './digest.ts'
import type { FuzzRequest } from './requests.ts'

/** Longest that any answer may take. */
const LIMIT_MS = 1_000

/** Resources that a lane lets come together before it clears up, so that a digest stays a matter of milliseconds. */
const MOST_RESOURCES = 10

/** What is wrong with an answer, with the request that it was to. */
export interface Loss {
  readonly wrong: string
  readonly status: number
  readonly request: FuzzRequest
}

/** A workspace that is sent one request after the other, each judged. */
export interface Lane {
  readonly workspaceId: string
  send(request: FuzzRequest): Promise<{ readonly answer: TestAnswer; readonly wrong: readonly string[] }>
}

export async function openLane(portal: TestPortal): Promise<Lane> {
  const { workspaceId, adminApiKey } = await portal.newWorkspace()
  const api = portal.withBearer(adminApiKey)
  const body = { automaticProvisioning: true, automaticDeprovisioning: true }
  await api('/api/v1/settings/scim', { method: 'PATCH', body })
  const scim = scimCaller(api)
  const { database } = portal.deps
  let there = await furnish(scim)
  let before = await digestOf(database, workspaceId)

  const ask = async ({ method, path, body: text, contentType }: FuzzRequest) => {
    const named = (value: string) => value.replaceAll('{user}', there.user).replaceAll('{group}', there.group)
    const began = performance.now()
    const answer = await api(`/scim/v2${named(path)}`, {
      method,
      ...(text === undefined ? {} : { body: named(text) }),
      ...(contentType === undefined ? {} : { headers: { 'content-type': contentType } }),
    })
    return { answer, milliseconds: performance.now() - began }
  }

  return {
    workspaceId,
    send: async (request) => {
      const first = await ask(request)
      const wrong = faultsOf(first.answer)
      if (request.method !== 'GET') {
        const after = await digestOf(database, workspaceId)
        if (first.answer.status >= 400 && after !== before) wrong.push('a refused request changed something')
        before = after
      }
      // A machine that others use may hold an answer up once, not twice.
      if (first.milliseconds > LIMIT_MS) {
        const second = await ask(request)
        if (second.milliseconds > LIMIT_MS)
          wrong.push(`took ${Math.round(first.milliseconds)} and ${Math.round(second.milliseconds)} ms`)
        before = await digestOf(database, workspaceId)
      }
      const { status } = first.answer
      if (status < 300 && (request.method === 'DELETE' || request.method === 'POST')) {
        there = await furnish(scim, there)
        before = await digestOf(database, workspaceId)
      }
      return { answer: first.answer, wrong }
    },
  }
}

/** What every answer has to be, whatever was asked. */
export function faultsOf({ status, headers, text, json }: TestAnswer): string[] {
  const wrong: string[] = []
  const type = String(headers['content-type'] ?? '')
  // 501 is a refusal of what the server does not offer (RFC 7644 §3.12), not a fault.
  if (status >= 500 && status !== 501) wrong.push('a fault of the server')
  if (status < 200 || (status >= 300 && status !== 304 && status < 400)) wrong.push('neither an answer nor a refusal')
  if (status === 204 || status === 304) return text === '' ? wrong : [...wrong, 'a body where none belongs']
  if (!type.startsWith('application/scim+json')) wrong.push(`the media type ${type}`)
  if (typeof json !== 'object' || json === null) return [...wrong, 'a body that is no JSON object']
  if (status >= 400) {
    const { schemas, status: told, detail } = json
    if (schemas?.length !== 1 || schemas[0] !== 'urn:ietf:params:scim:api:messages:2.0:Error')
      wrong.push('an error without its schema')
    if (told !== String(status)) wrong.push('a status in the body that is not the answer’s')
    if (typeof detail !== 'string' || detail.length < 5 || detail.length > 2_000) wrong.push('no clear detail')
  }
  if (Object.hasOwn(Object.prototype, 'polluted')) wrong.push('a polluted prototype')
  return wrong
}

interface There {
  readonly user: string
  readonly group: string
}

/** Makes what is missing: somebody and a Group with them in it. What came in too great number goes. */
async function furnish(scim: TestCaller, there?: There): Promise<There> {
  for (const endpoint of ['/Users', '/Groups']) {
    const { totalResults } = (await scim(`${endpoint}?count=0`)).json
    if (totalResults <= MOST_RESOURCES) continue
    const { Resources } = (await scim(`${endpoint}?count=200&attributes=id`)).json as { Resources: { id: string }[] }
    for (const { id } of Resources)
      if (id !== there?.user && id !== there?.group) await scim(`${endpoint}/${id}`, { method: 'DELETE' })
  }
  const user =
    there && (await scim(`/Users/${there.user}?attributes=id`)).status === 200
      ? there.user
      : ((await scim('/Users', { body: entraUser(`fuzz-${crypto.randomUUID()}@example.com`) })).json.id as string)
  if (there && (await scim(`/Groups/${there.group}?attributes=id`)).status === 200) return { user, group: there.group }
  const made = { schemas: [GROUP_SCHEMA], displayName: `Fuzz ${crypto.randomUUID()}`, members: [{ value: user }] }
  return { user, group: (await scim('/Groups', { body: made })).json.id as string }
}
