import { Refusal } from '@muster/service-kit/refusals.ts'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { USER_SELECT } from '../../contract/user.ts'
import type { DirectoryDeps } from '../deps.ts'
import { noSuchResource } from '../directory/no-such.ts'
import { DIRECTORY_ROLES, ROLE_SELECT, toGraphRole } from '../directory/roles/role.ts'
import { findUser } from '../directory/users/repository.ts'
import { toGraphUser } from '../directory/users/user.ts'
import type { Caller } from '../graph/caller.ts'
import { listBody, objectBody, readSelectQuery, selectFrom, selectQuery } from '../graph/odata.ts'

const tags = ['Users']

/** `/me` (Graph user: get): whoever is signed in, and the roles that pages are shown by. Nobody needs a role for it. */
export const meRoutes =
  ({ database, publicUrl: base }: Pick<DirectoryDeps, 'database' | 'publicUrl'>): FastifyPluginAsyncZod =>
  async (app) => {
    app.get(
      '/me',
      { schema: { tags, summary: 'Reads whoever is signed in', querystring: selectQuery } },
      async (request) => {
        const select = readSelectQuery(request.query, USER_SELECT)
        const { tenantId, userId } = personOf(request.caller)
        const user = await findUser(database, tenantId, userId)
        if (!user) throw noSuchResource(userId)
        return objectBody({ base, url: request.url, context: 'users' }, toGraphUser(user), select)
      },
    )

    app.get(
      '/me/memberOf/microsoft.graph.directoryRole',
      { schema: { tags, summary: 'Lists the roles of whoever is signed in', querystring: selectQuery } },
      async (request) => {
        const select = readSelectQuery(request.query, ROLE_SELECT)
        const { roles } = personOf(request.caller)
        const items = DIRECTORY_ROLES.filter(({ displayName }) => roles.has(displayName)).map((role) =>
          selectFrom({ '@odata.type': '#microsoft.graph.directoryRole', ...toGraphRole(role) }, select),
        )
        return listBody({ base, url: request.url, context: 'directoryRoles' }, { items })
      },
    )
  }

/** @throws {Refusal} `invalid` for a client, as Graph does: nobody is signed in there. */
function personOf(caller: Caller): Extract<Caller, { kind: 'user' }> {
  if (caller.kind === 'user') return caller
  throw new Refusal('invalid', 'Only somebody who is signed in has /me; a client speaks for itself.', {
    code: 'BadRequest',
  })
}
