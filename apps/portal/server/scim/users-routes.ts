import {
  applyPatch,
  listResponse,
  type Projection,
  parsePatch,
  project,
  readPageRequest,
  readProjection,
  readResource,
  replaceResource,
  USER,
  wantsAttribute,
} from '@muster/scim'
import type { Tx } from '@muster/service-kit/database.ts'
import { Refusal } from '@muster/service-kit/refusals.ts'
import type { FastifyPluginAsync } from 'fastify'
import { deedOf } from '../identity/authenticate.ts'
import { confirmWithSettings } from '../identity/confirm.ts'
import type { PortalDeps } from '../portal-deps.ts'
import { readSettings } from '../settings/repository.ts'
import { type ChangeOptions, changeUser, createUser } from '../users/change-user.ts'
import { deleteUser } from '../users/delete-user.ts'
import { findUser } from '../users/repository.ts'
import type { User } from '../users/user.ts'
import { answer } from './errors.ts'
import { expectedVersion, isKnown, tagOf } from './etags.ts'
import { idOf, MAX_RESULTS, queryOf, readFilter } from './request.ts'
import { userLocation, userResource } from './resources.ts'
import { requireSwitch } from './switches.ts'
import { findPeople, groupsOfPeople } from './users-query.ts'

const tags = ['SCIM']

/** `/scim/v2/Users` (RFC 7644 §3). */
export const scimUserRoutes =
  ({ database, clock, secrets, publicUrl, filterLimit }: PortalDeps): FastifyPluginAsync =>
  async (app) => {
    /** The projected resources; whose Groups are not asked for, those are not read. */
    const show = async (workspaceId: string, users: readonly User[], projection: Projection) => {
      const ids = users.map(({ id }) => id)
      const groups = wantsAttribute(projection, 'groups', USER)
        ? await groupsOfPeople(database, workspaceId, ids)
        : undefined
      return users.map((user) => project(userResource(user, groups?.get(user.id), publicUrl), projection, USER))
    }

    app.post('/Users', { schema: { tags, summary: 'Create a User' } }, async (request, reply) => {
      const projection = readProjection(queryOf(request))
      const attributes = readResource(request.body, USER, request.tolerances)
      const user = await database.transaction(async (tx) => {
        const settings = await confirmWithSettings(tx, request.actor)
        requireSwitch(settings, 'automaticProvisioning')
        const { defaultRole } = settings
        return createUser(tx, deedOf(request, clock), secrets, { attributes, source: 'SCIM', defaultRole })
      })
      // Whoever is new is in no Group yet.
      const resource = project(userResource(user, [], publicUrl), projection, USER)
      void reply.headers({ location: userLocation(publicUrl, user.id), etag: tagOf(user) })
      return answer(reply, 201, resource)
    })

    app.get('/Users', { schema: { tags, summary: 'List or search Users' } }, async (request, reply) => {
      const query = queryOf(request)
      const { workspaceId } = request.actor
      const page = readPageRequest(query, MAX_RESULTS)
      const projection = readProjection(query)
      const { items, total } = await findPeople(
        database,
        workspaceId,
        readFilter(query, USER, request.tolerances),
        page,
        filterLimit,
      )
      const resources = await show(workspaceId, items, projection)
      return answer(reply, 200, listResponse({ resources, totalResults: total, startIndex: page.startIndex }))
    })

    app.get('/Users/:id', { schema: { tags, summary: 'Read a User' } }, async (request, reply) => {
      const projection = readProjection(queryOf(request))
      const { workspaceId } = request.actor
      const id = idOf(request)
      const user = await findUser(database, { workspaceId, id })
      if (!user || user.localAdmin) throw new Refusal('notFound', `There is no user ${id}.`)
      if (isKnown(request, reply, tagOf(user))) return reply
      const [resource = {}] = await show(workspaceId, [user], projection)
      return answer(reply, 200, resource)
    })

    app.put('/Users/:id', { schema: { tags, summary: 'Replace a User' } }, async (request, reply) => {
      const projection = readProjection(queryOf(request))
      const key = { workspaceId: request.actor.workspaceId, id: idOf(request) }
      const body = readResource(request.body, USER, request.tolerances)
      const { user } = await database.transaction((tx) => {
        const change = (before: User['attributes']) => replaceResource(before, body, USER)
        const options = { ...switched(tx, key.workspaceId), ...expectedVersion(request) }
        return changeUser(tx, deedOf(request, clock), key, change, options)
      })
      const [resource = {}] = await show(key.workspaceId, [user], projection)
      void reply.header('etag', tagOf(user))
      return answer(reply, 200, resource)
    })

    app.patch('/Users/:id', { schema: { tags, summary: 'Change a User' } }, async (request, reply) => {
      const projection = readProjection(queryOf(request))
      const key = { workspaceId: request.actor.workspaceId, id: idOf(request) }
      const operations = parsePatch(request.body, USER, request.tolerances)
      const { user } = await database.transaction((tx) => {
        const change = (before: User['attributes']) => {
          const { resource, changed } = applyPatch(before, operations, USER, request.tolerances)
          return changed ? resource : before
        }
        const options = { ...switched(tx, key.workspaceId), ...expectedVersion(request) }
        return changeUser(tx, deedOf(request, clock), key, change, options)
      })
      const [resource = {}] = await show(key.workspaceId, [user], projection)
      void reply.header('etag', tagOf(user))
      return answer(reply, 200, resource)
    })

    app.delete('/Users/:id', { schema: { tags, summary: 'Delete a User' } }, async (request, reply) => {
      const key = { workspaceId: request.actor.workspaceId, id: idOf(request) }
      await database.transaction(async (tx) => {
        requireSwitch(await confirmWithSettings(tx, request.actor), 'automaticDeprovisioning')
        await deleteUser(tx, deedOf(request, clock), secrets, key, expectedVersion(request).expects)
      })
      return reply.code(204).send()
    })
  }

/** Whoever is not switched on may neither bring somebody back nor take them away; attributes pass. */
const switched = (tx: Tx, workspaceId: string): ChangeOptions => ({
  permit: async (transition) =>
    requireSwitch(
      await readSettings(tx, workspaceId),
      transition === 'return' ? 'automaticProvisioning' : 'automaticDeprovisioning',
    ),
})
