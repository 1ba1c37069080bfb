import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { pageOf, pageQuery } from '../../contract/common.ts'
import {
  allowList,
  allowListChange,
  allowListChanged,
  allowListChecked,
  allowListQuery,
} from '../../contract/ip-allowlist.ts'
import { deedOf, needs } from '../identity/authenticate.ts'
import { confirm } from '../identity/confirm.ts'
import type { PortalDeps } from '../portal-deps.ts'
import { readNetwork } from './network.ts'
import { replaceAllowList } from './replace-allow-list.ts'
import { type AllowListEntry, listEntries } from './repository.ts'

const tags = ['IP allowlist']

/** `/ip-allowlist`: from where the workspace may be called. */
export const allowListRoutes =
  ({ database, clock }: PortalDeps): FastifyPluginAsyncZod =>
  async (app) => {
    app.addHook('onRequest', needs('Configure IP allowlist'))

    app.get(
      '/ip-allowlist',
      { schema: { tags, summary: 'Who may call, by address', querystring: pageQuery, response: { 200: allowList } } },
      async ({ actor, query }) => {
        const slice = { limit: query.pageSize, offset: query.page * query.pageSize }
        const { entries, total } = await listEntries(database, actor.workspaceId, slice)
        return { entries: entries.map(view), ...pageOf(query, total) }
      },
    )

    app.put(
      '/ip-allowlist',
      {
        schema: {
          tags,
          summary: 'Replace the addresses that may call; an empty list lets everybody in',
          querystring: allowListQuery,
          body: allowListChange,
          response: { 200: allowListChanged },
        },
      },
      async (request) => {
        const entries = await database.transaction(async (tx) => {
          await confirm(tx, request.actor)
          return replaceAllowList(tx, deedOf(request, clock), request.body.entries, request.query)
        })
        return { entries: entries.map(view) }
      },
    )

    app.post(
      '/ip-allowlist/validate',
      {
        schema: {
          tags,
          summary: 'Whether these are addresses; nothing is stored',
          body: allowListChange,
          response: { 200: allowListChecked },
        },
      },
      async ({ body }) => ({
        entries: body.entries.map((entry) => {
          const read = readNetwork(entry.address)
          return { ...view(entry), valid: read.valid, ...(read.valid ? {} : { message: read.message }) }
        }),
      }),
    )
  }

const view = ({ address, description }: AllowListEntry) => ({
  address,
  ...(description === undefined ? {} : { description }),
})
