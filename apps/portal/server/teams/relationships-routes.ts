import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { teamRelationships, teamRelationshipsChange, teamRelationshipsQuery } from '../../contract/teams.ts'
import { deedOf } from '../identity/authenticate.ts'
import { confirm } from '../identity/confirm.ts'
import type { PortalDeps } from '../portal-deps.ts'
import { replaceRelationships } from './relationships-replace.ts'
import { listRelationships } from './relationships-repository.ts'

const tags = ['Teams']

/**
 * `/teams/relationships`: which team is part of which. Inside the teams' routes, whose permissions hold here too. A team
 * whose own tag is `relationships` is read by its id or by `?teamTag=`.
 */
export const relationshipRoutes =
  ({ database, clock }: PortalDeps): FastifyPluginAsyncZod =>
  async (app) => {
    app.get(
      '/teams/relationships',
      { schema: { tags, summary: 'Which team is part of which', response: { 200: teamRelationships } } },
      async ({ actor }) => ({ edges: await listRelationships(database, actor.workspaceId) }),
    )

    app.put(
      '/teams/relationships',
      {
        schema: {
          tags,
          summary: 'Replace what is said of which team is part of which',
          querystring: teamRelationshipsQuery,
          body: teamRelationshipsChange,
          response: { 200: teamRelationships },
        },
      },
      async (request) => {
        const edges = await database.transaction(async (tx) => {
          await confirm(tx, request.actor)
          await replaceRelationships(tx, deedOf(request, clock), request.body.edges)
          return listRelationships(tx, request.actor.workspaceId)
        })
        return { edges }
      },
    )
  }
