import type { Executor, Tx } from '@muster/service-kit/database.ts'
import { isUuid } from '@muster/service-kit/ids.ts'
import { SAFE_METHODS } from '@muster/service-kit/own-origin.ts'
import { Refusal } from '@muster/service-kit/refusals.ts'
import type { FastifyRequest } from 'fastify'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { rolesAnswer, rolesBody } from '../../contract/roles.ts'
import {
  team,
  teamChange,
  teamMember,
  teamMemberParams,
  teamMembers,
  teamNew,
  teamParams,
  teamQuery,
  teams,
  teamsQuery,
} from '../../contract/teams.ts'
import type { Deed } from '../audit/deed.ts'
import { deedOf, requirePermissions } from '../identity/authenticate.ts'
import { confirm } from '../identity/confirm.ts'
import type { PortalDeps } from '../portal-deps.ts'
import { viewRoles } from '../roles/role-view.ts'
import { findUsersByAddress } from '../users/repository.ts'
import { emailKeyOf } from '../users/user.ts'
import { changeTeam, changeTeamMembers, createTeam, deleteTeam, lockByTagOrId, noSuchTeam } from './by-hand.ts'
import { type MemberDetails, membersOf, membersOfTeams } from './members-repository.ts'
import { relationshipRoutes } from './relationships-routes.ts'
import { findTeamByTagOrId, listTeams } from './repository.ts'
import type { Team } from './team.ts'
import { replaceTeamRoles, rolesOfTeam } from './team-roles.ts'
import { viewTeam } from './views.ts'

const tags = ['Teams']

/** `/teams`: those kept by hand, and beside them those that the directory keeps over SCIM. */
export const teamRoutes =
  (deps: PortalDeps): FastifyPluginAsyncZod =>
  async (app) => {
    const { database, clock } = deps
    // Before the body is read, so that a 400 never hides a 403. Everybody sees the teams; their roles are another matter.
    app.addHook('onRequest', async ({ actor, method, routeOptions }) => {
      const ofRoles = routeOptions.url?.endsWith('/roles')
      if (!SAFE_METHODS.has(method)) requirePermissions(actor, ofRoles ? 'Edit Roles' : 'Edit Entities')
      else if (ofRoles) requirePermissions(actor, 'View Roles')
    })
    await app.register(relationshipRoutes(deps))
    const view = async (found: Team) => viewTeam(found, await membersOf(database, found))

    /** One transaction on behalf of the caller, who must be there still. */
    const write = <Result>(request: FastifyRequest, body: (tx: Tx, deed: Deed) => Promise<Result>): Promise<Result> => {
      return database.transaction(async (tx) => {
        await confirm(tx, request.actor)
        return body(tx, deedOf(request, clock))
      })
    }

    app.get(
      '/teams',
      { schema: { tags, summary: 'All teams', querystring: teamsQuery, response: { 200: teams } } },
      async ({ actor, query }) => {
        const found = await listTeams(database, actor.workspaceId, query)
        const members = await membersOfTeams(
          database,
          actor.workspaceId,
          found.map(({ id }) => id),
        )
        return { teams: found.map((one) => viewTeam(one, members.get(one.id) ?? [])) }
      },
    )

    app.post(
      '/teams',
      { schema: { tags, summary: 'Make a team that is kept by hand', body: teamNew, response: { 200: team } } },
      async (request) => {
        const { teamTag, metadata, links, slackChannels, cortexTeam } = request.body
        const made = await write(request, async (tx, deed) => {
          const created = await createTeam(tx, deed, teamTag, { ...words(metadata), links, slackChannels })
          const people = await membersNamed(tx, deed, cortexTeam?.members ?? [])
          const ids = [...people.keys()]
          return ids.length > 0 ? changeTeamMembers(tx, deed, created.id, { op: 'add', ids }, people) : created
        })
        return view(made)
      },
    )

    app.get(
      '/teams/:tagOrId',
      { schema: { tags, summary: 'A team, by its tag or id', params: teamParams, response: { 200: team } } },
      async ({ actor, params }) => view(await mustFind(database, actor.workspaceId, params.tagOrId)),
    )

    app.put(
      '/teams/:tagOrId',
      {
        schema: {
          tags,
          summary: 'Change what is said of a team',
          params: teamParams,
          body: teamChange,
          response: { 200: team },
        },
      },
      async (request) => {
        const { metadata, links, slackChannels } = request.body
        const change = { ...words(metadata), ...(links ? { links } : {}), ...(slackChannels ? { slackChannels } : {}) }
        return view(await write(request, (tx, deed) => changeTeam(tx, deed, request.params.tagOrId, change)))
      },
    )

    for (const [path, isArchived] of [
      ['archive', true],
      ['unarchive', false],
    ] as const)
      app.put(
        `/teams/:tagOrId/${path}`,
        {
          schema: {
            tags,
            summary: isArchived ? 'Archive a team' : 'Bring an archived team back',
            params: teamParams,
            response: { 200: team },
          },
        },
        async (request) =>
          view(await write(request, (tx, deed) => changeTeam(tx, deed, request.params.tagOrId, { isArchived }))),
      )

    app.put(
      '/teams/:tagOrId/members',
      {
        schema: {
          tags,
          summary: 'Replace the members of a team',
          params: teamParams,
          body: teamMembers,
          response: { 200: team },
        },
      },
      async (request) => {
        const changed = await write(request, async (tx, deed) => {
          const people = await membersNamed(tx, deed, request.body.members)
          const operation = { op: 'replace', ids: [...people.keys()] } as const
          return changeTeamMembers(tx, deed, request.params.tagOrId, operation, people)
        })
        return view(changed)
      },
    )

    app.post(
      '/teams/:tagOrId/members',
      {
        schema: {
          tags,
          summary: 'Put somebody in a team',
          params: teamParams,
          body: teamMember,
          response: { 200: team },
        },
      },
      async (request) => {
        const changed = await write(request, async (tx, deed) => {
          const people = await membersNamed(tx, deed, [request.body])
          const operation = { op: 'add', ids: [...people.keys()] } as const
          return changeTeamMembers(tx, deed, request.params.tagOrId, operation, people)
        })
        return view(changed)
      },
    )

    app.delete(
      '/teams/:tagOrId/members/:userId',
      { schema: { tags, summary: 'Take somebody out of a team', params: teamMemberParams } },
      async (request, reply) => {
        const { tagOrId, userId } = request.params
        if (!isUuid(userId)) throw new Refusal('notFound', `There is no user ${userId}.`)
        await write(request, (tx, deed) => changeTeamMembers(tx, deed, tagOrId, { op: 'remove', ids: [userId] }))
        return reply.code(200).send()
      },
    )

    app.get(
      '/teams/:tagOrId/roles',
      {
        schema: {
          tags,
          summary: 'The roles that every member holds',
          params: teamParams,
          response: { 200: rolesAnswer },
        },
      },
      async ({ actor, params }) => {
        const found = await mustFind(database, actor.workspaceId, params.tagOrId)
        return { roles: await viewRoles(database, actor.workspaceId, await rolesOfTeam(database, found)) }
      },
    )

    app.put(
      '/teams/:tagOrId/roles',
      {
        schema: {
          tags,
          summary: 'Replace the roles that every member holds',
          params: teamParams,
          body: rolesBody,
          response: { 200: rolesAnswer },
        },
      },
      async (request) => {
        const { actor, params, body } = request
        const roles = await database.transaction(async (tx) => {
          await confirm(tx, actor)
          const deed = deedOf(request, clock)
          const locked = await lockByTagOrId(tx, deed, params.tagOrId)
          await replaceTeamRoles(tx, deed, locked, body.roles)
          return rolesOfTeam(tx, locked)
        })
        return { roles: await viewRoles(database, actor.workspaceId, roles) }
      },
    )

    app.delete(
      '/teams/:tagOrId',
      { schema: { tags, summary: 'Delete a team', params: teamParams } },
      async (request, reply) => {
        await write(request, (tx, deed) => deleteTeam(tx, deed, request.params.tagOrId))
        return reply.code(204).send()
      },
    )

    app.delete(
      '/teams',
      { schema: { tags, summary: 'Delete a team whose tag fits no path', querystring: teamQuery } },
      async (request, reply) => {
        await write(request, (tx, deed) => deleteTeam(tx, deed, request.query.teamTag))
        return reply.code(204).send()
      },
    )
  }

async function mustFind(on: Executor, workspaceId: string, tagOrId: string): Promise<Team> {
  const found = await findTeamByTagOrId(on, workspaceId, tagOrId)
  if (!found) throw noSuchTeam(tagOrId)
  return found
}

/**
 * The accounts that members' addresses stand for, by `userName`, else by any e-mail, with what is said of each.
 *
 * @throws {Refusal} `invalid`, naming the address.
 */
async function membersNamed(
  tx: Tx,
  { actor }: Deed,
  members: readonly (MemberDetails & { readonly email: string })[],
): Promise<ReadonlyMap<string, MemberDetails>> {
  const named = new Map<string, MemberDetails>()
  for (const { email, ...details } of members) {
    const [person, another] = await findUsersByAddress(tx, actor.workspaceId, email)
    // No address stands for the local first admin; by their own, they mean themselves.
    if (!person && actor.type === 'USER' && emailKeyOf(actor.email) === emailKeyOf(email)) {
      named.set(actor.userId, details)
      continue
    }
    if (!person) throw new Refusal('invalid', `Nobody here has the address ${email}.`)
    if (another) throw new Refusal('invalid', `Several people have the address ${email}.`)
    named.set(person.id, details)
  }
  return named
}

function words({
  name,
  description,
  summary,
}: {
  name: string
  description?: string | undefined
  summary?: string | undefined
}) {
  return {
    name,
    ...(description === undefined ? {} : { description }),
    ...(summary === undefined ? {} : { summary }),
  }
}
