import {
  applyPatch,
  GROUP,
  listResponse,
  type MemberOperation,
  type Projection,
  parsePatch,
  project,
  readPageRequest,
  readProjection,
  readResource,
  replaceResource,
  splitMemberOperations,
  wantsAttribute,
} from '@muster/scim'
import type { Tx } from '@muster/service-kit/database.ts'
import { Refusal } from '@muster/service-kit/refusals.ts'
import type { FastifyPluginAsync } from 'fastify'
import { deedOf } from '../identity/authenticate.ts'
import { confirm, confirmWithSettings } from '../identity/confirm.ts'
import type { PortalDeps } from '../portal-deps.ts'
import { readSettings } from '../settings/repository.ts'
import { changeGroup, createGroup, deleteGroup, type GroupChange } from '../teams/group.ts'
import { membersOfTeams } from '../teams/members-repository.ts'
import { findTeam } from '../teams/repository.ts'
import type { Team } from '../teams/team.ts'
import { answer } from './errors.ts'
import { expectedVersion, isKnown, tagOf } from './etags.ts'
import { findGroups } from './groups-query.ts'
import { memberIds, onlyPossible, skipNobody } from './members.ts'
import { idOf, MAX_RESULTS, queryOf, readFilter } from './request.ts'
import { groupLocation, groupResource } from './resources.ts'
import { requireSwitch } from './switches.ts'

const tags = ['SCIM']

/** `/scim/v2/Groups` (RFC 7644 §3): the teams of type IDP. Members are rows, read only when they are shown. */
export const scimGroupRoutes =
  ({ database, clock, publicUrl, filterLimit }: PortalDeps): FastifyPluginAsync =>
  async (app) => {
    const show = async (workspaceId: string, teams: readonly Team[], projection: Projection) => {
      const ids = teams.map(({ id }) => id)
      const members = wantsAttribute(projection, 'members', GROUP)
        ? await membersOfTeams(database, workspaceId, ids)
        : undefined
      return teams.map((team) => project(groupResource(team, members?.get(team.id), publicUrl), projection, GROUP))
    }

    app.post('/Groups', { schema: { tags, summary: 'Create a Group' } }, async (request, reply) => {
      const projection = readProjection(queryOf(request))
      const resource = readResource(request.body, GROUP, request.tolerances)
      const team = await database.transaction(async (tx) => {
        requireSwitch(await confirmWithSettings(tx, request.actor), 'automaticProvisioning')
        return createGroup(
          tx,
          deedOf(request, clock),
          resource,
          memberIds(resource, request.tolerances),
          skipNobody(request.tolerances),
        )
      })
      const [shown = {}] = await show(team.workspaceId, [team], projection)
      void reply.headers({ location: groupLocation(publicUrl, team.id), etag: tagOf(team) })
      return answer(reply, 201, shown)
    })

    app.get('/Groups', { schema: { tags, summary: 'List or search Groups' } }, async (request, reply) => {
      const query = queryOf(request)
      const { workspaceId } = request.actor
      const page = readPageRequest(query, MAX_RESULTS)
      const projection = readProjection(query)
      const { items, total } = await findGroups(
        database,
        workspaceId,
        readFilter(query, GROUP, request.tolerances),
        page,
        filterLimit,
      )
      const resources = await show(workspaceId, items, projection)
      return answer(reply, 200, listResponse({ resources, totalResults: total, startIndex: page.startIndex }))
    })

    app.get('/Groups/:id', { schema: { tags, summary: 'Read a Group' } }, async (request, reply) => {
      const projection = readProjection(queryOf(request))
      const { workspaceId } = request.actor
      const id = idOf(request)
      const team = await findTeam(database, { workspaceId, id })
      if (team?.type !== 'IDP') throw new Refusal('notFound', `There is no group ${id}.`)
      if (isKnown(request, reply, tagOf(team))) return reply
      const [shown = {}] = await show(workspaceId, [team], projection)
      return answer(reply, 200, shown)
    })

    app.put('/Groups/:id', { schema: { tags, summary: 'Replace a Group' } }, async (request, reply) => {
      const projection = readProjection(queryOf(request))
      const key = { workspaceId: request.actor.workspaceId, id: idOf(request) }
      const body = readResource(request.body, GROUP, request.tolerances)
      const team = await database.transaction(async (tx) => {
        requireSwitch(await confirmWithSettings(tx, request.actor), 'automaticProvisioning')
        const members: MemberOperation[] = [{ op: 'replace', ids: memberIds(body, request.tolerances) }]
        const { members: _, ...attributes } = body
        return changeGroup(tx, deedOf(request, clock), key, {
          attributes: (before) => replaceResource(before, attributes, GROUP),
          members,
          nobody: skipNobody(request.tolerances),
          permit: switched(tx, key.workspaceId, members),
          ...expectedVersion(request),
        })
      })
      void reply.header('etag', tagOf(team))
      const [shown = {}] = await show(key.workspaceId, [team], projection)
      return answer(reply, 200, shown)
    })

    app.patch('/Groups/:id', { schema: { tags, summary: 'Change a Group' } }, async (request, reply) => {
      const query = queryOf(request)
      const key = { workspaceId: request.actor.workspaceId, id: idOf(request) }
      const projection = readProjection(query)
      const { attributes, members } = splitMemberOperations(parsePatch(request.body, GROUP, request.tolerances))
      const operations = members.map(onlyPossible(request.tolerances))
      const team = await database.transaction(async (tx) => {
        await confirm(tx, request.actor)
        return changeGroup(tx, deedOf(request, clock), key, {
          attributes: (before) => {
            const { resource, changed } = applyPatch(before, attributes, GROUP, request.tolerances)
            return changed ? resource : before
          },
          members: operations,
          nobody: skipNobody(request.tolerances),
          permit: switched(tx, key.workspaceId, operations),
          ...expectedVersion(request),
        })
      })
      void reply.header('etag', tagOf(team))
      // A group may be large and nobody asked for it: no body, unless `attributes` names some (RFC 7644 §3.5.2).
      if (!query.has('attributes')) return reply.code(204).send()
      const [shown = {}] = await show(key.workspaceId, [team], projection)
      return answer(reply, 200, shown)
    })

    app.delete('/Groups/:id', { schema: { tags, summary: 'Delete a Group' } }, async (request, reply) => {
      const key = { workspaceId: request.actor.workspaceId, id: idOf(request) }
      await database.transaction(async (tx) => {
        requireSwitch(await confirmWithSettings(tx, request.actor), 'automaticDeprovisioning')
        await deleteGroup(tx, deedOf(request, clock), key, expectedVersion(request).expects)
      })
      return reply.code(204).send()
    })
  }

/** Whoever is not switched on may neither put people in nor take them out, whether they ask for it or it comes of a replace. */
function switched(
  tx: Tx,
  workspaceId: string,
  operations: readonly MemberOperation[],
): NonNullable<GroupChange['permit']> {
  const asks = (...ops: MemberOperation['op'][]) => operations.some(({ op }) => ops.includes(op))
  return async ({ added, removed }) => {
    const puts = added.length > 0 || asks('add')
    const takes = removed.length > 0 || asks('remove', 'removeAll')
    if (!puts && !takes) return
    const settings = await readSettings(tx, workspaceId)
    if (puts) requireSwitch(settings, 'automaticProvisioning')
    if (takes) requireSwitch(settings, 'automaticDeprovisioning')
  }
}
