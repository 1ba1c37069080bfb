import { Refusal } from '@muster/service-kit/refusals.ts'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { GROUP_SELECT } from '../../contract/group.ts'
import { USER_SELECT } from '../../contract/user.ts'
import { numberChanges } from '../changes/feed.ts'
import type { DirectoryDeps } from '../deps.ts'
import { graphRoot, readOptions, readSelect, readTop } from '../graph/odata.ts'
import { type DeltaCollection, type DeltaPage, readChanged, readEverything } from './read-page.ts'
import { isChangeKept } from './repository.ts'
import { type DeltaState, readToken, writeToken } from './token.ts'

const COLLECTIONS: readonly DeltaCollection[] = [
  { of: 'users', type: 'User', reference: 'manager', properties: [...USER_SELECT, 'manager'] },
  { of: 'groups', type: 'Group', reference: 'members', properties: [...GROUP_SELECT, 'members'] },
]

/** Graph's plain name of the function, and the one that Microsoft's SDKs write: the same, so it is not told twice. */
const NAMES = [
  { name: 'delta', hide: false },
  { name: 'delta()', hide: true },
]

/** How long a link can be followed (Graph, delta query: directory objects). The feed is kept a day longer. */
const LINK_LIVES_MS = 30 * 86_400_000

const deltaQuery = z.looseObject({
  $select: z.string().optional().describe('Names of properties; only in the first request.'),
  $expand: z.string().optional().describe('`members` of groups, `manager` of users: as if selected.'),
  $top: z.string().optional().describe('Most objects on a page, 1 to 999; only in the first request.'),
  $deltatoken: z.string().optional().describe('From @odata.deltaLink, or `latest` for a link without anything.'),
  $skiptoken: z.string().optional().describe('From @odata.nextLink.'),
})

/**
 * `/users/delta` and `/groups/delta` (Graph delta query): first everything, then what changed since. Each round begins
 * with numbering the change feed, so that a change that was answered before the request is never missed.
 */
export const deltaRoutes =
  ({
    database,
    clock,
    publicUrl: base,
  }: Pick<DirectoryDeps, 'database' | 'clock' | 'publicUrl'>): FastifyPluginAsyncZod =>
  async (app) => {
    /** @throws {Refusal} `invalid` for a token that isn't one, `gone` for one that is too old. */
    const pageOf = async (collection: DeltaCollection, tenantId: string, query: unknown): Promise<DeltaPage> => {
      const asked = readDeltaQuery(collection, tenantId, query)
      const now = clock.now().getTime()
      if (asked.kind === 'first') {
        const { isLatest, ...options } = asked.options
        const begun = { ...options, upTo: await numberChanges(database, tenantId), at: now }
        if (isLatest) return { value: [], next: { ...begun, kind: 'done' } }
        return readEverything(database, tenantId, collection, { ...begun, kind: 'everything' })
      }
      const { state } = asked
      if (now - (state.kind === 'changes' ? state.since : state.at) > LINK_LIVES_MS) throw tooOld()
      if (state.kind === 'everything') return readEverything(database, tenantId, collection, state)
      if (state.kind === 'changes') return readChanged(database, tenantId, collection, state)
      const { upTo: after, at: since, ...options } = state
      const upTo = await numberChanges(database, tenantId)
      // A number that is not there yet was given before the database was put back to an earlier day.
      if (after > upTo || (after < upTo && !(await isChangeKept(database, tenantId, after + 1)))) throw tooOld()
      return readChanged(database, tenantId, collection, { ...options, kind: 'changes', since, after, upTo, at: now })
    }

    for (const collection of COLLECTIONS)
      for (const { name, hide } of NAMES)
        app.get(
          `/${collection.of}/${name}`,
          {
            schema: {
              hide,
              tags: [collection.type === 'User' ? 'Users' : 'Groups'],
              summary: `Follows the changes of ${collection.of}`,
              querystring: deltaQuery,
            },
          },
          async (request, reply) => {
            const { tenantId } = request.caller
            const address = `${graphRoot(base, request.url)}/${collection.of}/${name}`
            const { value, next } = await pageOf(collection, tenantId, request.query).catch((error: unknown) => {
              // Where to begin anew.
              if (error instanceof Refusal && error.code === 'gone')
                void reply.header('location', `${address}?$deltatoken=`)
              throw error
            })
            const token = writeToken({ tenant: tenantId, of: collection.of }, next)
            return {
              '@odata.context': `${graphRoot(base, request.url)}/$metadata#${collection.of}`,
              ...(next.kind === 'done'
                ? { '@odata.deltaLink': `${address}?$deltatoken=${token}` }
                : { '@odata.nextLink': `${address}?$skiptoken=${token}` }),
              value,
            }
          },
        )
  }

interface FirstOptions {
  readonly select?: string[]
  readonly top: number
  /** Nothing of what is there by now, only what changes from now on. */
  readonly isLatest: boolean
}

type Asked =
  | { readonly kind: 'first'; readonly options: FirstOptions }
  | { readonly kind: 'goOn'; readonly state: DeltaState }

function readDeltaQuery({ of, reference, properties }: DeltaCollection, tenant: string, query: unknown): Asked {
  const options = readOptions(query, ['$select', '$expand', '$top', '$deltatoken', '$skiptoken'])
  const [delta, skip] = [options.get('$deltatoken'), options.get('$skiptoken')]
  const token = skip ?? (delta === 'latest' || delta === '' ? undefined : delta)
  if (token !== undefined) {
    if (options.size > 1)
      throw new Refusal('invalid', 'A link is followed as it was given: what else is asked for stands in its token.')
    const state = readToken({ tenant, of }, token)
    if ((state.kind === 'done') === (skip !== undefined) || state.select?.some((name) => !properties.includes(name)))
      throw new Refusal('invalid', 'Badly formed token.')
    return { kind: 'goOn', state }
  }
  const expand = options.get('$expand')
  if (expand !== undefined && expand !== reference)
    throw new Refusal('invalid', `Parsing OData Select and Expand failed: only '${reference}' can be expanded here.`)
  const selected = readSelect(options.get('$select'), properties)
  const select = selected && [...new Set([...selected, ...(expand ? [expand] : [])])]
  return {
    kind: 'first',
    options: { ...(select ? { select } : {}), top: readTop(options.get('$top')), isLatest: delta === 'latest' },
  }
}

const tooOld = () =>
  new Refusal('gone', 'The delta token is too old: begin with a full synchronization.', { code: 'syncStateNotFound' })
