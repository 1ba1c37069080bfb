import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { me } from '../../contract/me.ts'
import type { PortalDeps } from '../portal-deps.ts'
import { ALL_PERMISSIONS } from '../roles/permissions.ts'
import { viewRoles } from '../roles/role-view.ts'
import { findWorkspace } from '../workspaces/repository.ts'
import type { Actor } from './actor.ts'

/** `/me`: who calls, where, and what they may do. */
export const meRoutes =
  ({ database }: PortalDeps): FastifyPluginAsyncZod =>
  async (app) => {
    app.get(
      '/me',
      { schema: { tags: ['Me'], summary: 'Who I am and what I may do', response: { 200: me } } },
      async ({ actor }) => {
        const workspace = await findWorkspace(database, actor.workspaceId)
        return {
          ...whoIs(actor),
          workspace: { id: actor.workspaceId, name: workspace?.name ?? actor.workspaceId },
          roles: await viewRoles(database, actor.workspaceId, actor.type === 'SYSTEM' ? [] : actor.roles),
          permissions: [...(actor.type === 'SYSTEM' ? ALL_PERMISSIONS : actor.permissions)].sort(),
        }
      },
    )
  }

function whoIs(actor: Actor) {
  switch (actor.type) {
    case 'USER':
    case 'PERSONAL_API_KEY':
      return { type: actor.type, user: { id: actor.userId, email: actor.email, name: actor.name } }
    case 'API_KEY':
      return { type: actor.type }
    case 'SYSTEM':
      throw new Error('The program does not call itself by HTTP')
    default:
      return actor satisfies never
  }
}
