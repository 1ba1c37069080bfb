import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { scimQuirks, scimQuirksChange } from '../../contract/scim-quirks.ts'
import { deedOf, needs } from '../identity/authenticate.ts'
import { confirm } from '../identity/confirm.ts'
import type { PortalDeps } from '../portal-deps.ts'
import { TOLERANCE_LIST } from '../scim/tolerance-names.ts'
import { changeTolerances } from './change-tolerances.ts'
import type { ToleranceCounts } from './count-uses.ts'
import { readTolerances, readUses } from './repository.ts'

const tags = ['Settings']

/** `/scim/quirks`: what clients are let send against the standard, and how many requests did. */
export const toleranceRoutes =
  ({ database, clock }: PortalDeps, counts: ToleranceCounts): FastifyPluginAsyncZod =>
  async (app) => {
    app.addHook('onRequest', needs('Configure Open ID Connector & SCIM'))

    const read = async (workspaceId: string) => {
      // What this node has counted is seen at once; another's within its second.
      await counts.flush()
      const { strict, switchedOff } = await readTolerances(database, workspaceId)
      const uses = await readUses(database, workspaceId)
      const quirks = TOLERANCE_LIST.map(({ name, description, sentBy }) => ({
        name,
        description,
        sender: sentBy,
        enabled: !switchedOff.includes(name),
        count: uses.get(name) ?? 0,
      }))
      return { strict, quirks }
    }

    app.get(
      '/scim/quirks',
      {
        schema: { tags, summary: 'What SCIM clients are let send against the standard', response: { 200: scimQuirks } },
      },
      async ({ actor }) => read(actor.workspaceId),
    )

    app.put(
      '/scim/quirks',
      {
        schema: {
          tags,
          summary: 'Switch tolerances for SCIM clients, or all of them off by strict',
          body: scimQuirksChange,
          response: { 200: scimQuirks },
        },
      },
      async (request) => {
        await database.transaction(async (tx) => {
          await confirm(tx, request.actor)
          await changeTolerances(tx, deedOf(request, clock), request.body)
        })
        return read(request.actor.workspaceId)
      },
    )
  }
