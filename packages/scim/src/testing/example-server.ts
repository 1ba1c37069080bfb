import { applyPatch, parsePatch } from '@muster/scim/patch'
import { MEDIA_TYPE, ScimError, scimErrorBody } from '@muster/scim/protocol'
import { readResource } from '@muster/scim/resource'
import { USER } from '@muster/scim/schema'

const users = new Map()
const answer = (status: number, body: object) =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': MEDIA_TYPE } })

/** POST /Users, GET and PATCH /Users/{id}: give it what your framework gives you. */
export function handle(method: string, id: string | undefined, body: unknown): Response {
  try {
    const user = method === 'POST' ? { ...readResource(body, USER), id: crypto.randomUUID() } : users.get(id)
    if (!user) throw new ScimError('notFound', 'No such user.')
    const after = method === 'PATCH' ? applyPatch(user, parsePatch(body, USER), USER).resource : user
    users.set(after.id, after)
    return answer(method === 'POST' ? 201 : 200, after)
  } catch (error) {
    if (error instanceof ScimError) return answer(error.status, scimErrorBody(error))
    throw error
  }
}
