import { queryClient } from '@muster/console-kit/console-root.tsx'
import { queryOptions } from '@tanstack/react-query'
import { type GraphList, graph } from '../api.ts'
import { searchFor } from '../apps/app-queries.ts'

export type DeletedKind = 'user' | 'group'

/** Somebody, or a group, that was deleted and can return. */
export interface DeletedItem {
  readonly id: string
  readonly displayName: string
  readonly deletedDateTime: string
  readonly userPrincipalName?: string
  readonly description?: string | null
}

const DELETED_A_PAGE = 50

/** How long deleted items can return, in ms: 30 days, as in Entra. */
const KEPT_MS = 30 * 86_400_000

/** When a deleted item is gone for good. */
export const goneAt = ({ deletedDateTime }: DeletedItem): string =>
  new Date(Date.parse(deletedDateTime) + KEPT_MS).toISOString()

const API = '/v1.0/directory/deletedItems'

export const deletedQuery = (
  kind: DeletedKind,
  { search, sort, after }: { search: string; sort: string; after: string | undefined },
) =>
  queryOptions({
    queryKey: ['deleted', kind, search, sort, after],
    queryFn: ({ signal }) => {
      const asked = [
        `$select=id,displayName,deletedDateTime,${kind === 'user' ? 'userPrincipalName' : 'description'}`,
        `$top=${DELETED_A_PAGE}`,
        '$count=true',
        `$orderby=${encodeURIComponent(sort.startsWith('-') ? `${sort.slice(1)} desc` : sort)}`,
      ]
      if (search) asked.push(`$search=${encodeURIComponent(searchFor(search, ['displayName']))}`)
      if (after) asked.push(`$skiptoken=${encodeURIComponent(after)}`)
      return graph<GraphList<DeletedItem>>(`${API}/microsoft.graph.${kind}?${asked.join('&')}`, { signal })
    },
  })

export async function restore(id: string): Promise<void> {
  await graph(`${API}/${encodeURIComponent(id)}/restore`, { method: 'POST' })
  await deletedChanged()
}

/** Takes somebody or a group away for good. */
export async function purge(id: string): Promise<void> {
  await graph(`${API}/${encodeURIComponent(id)}`, { method: 'DELETE' })
  await deletedChanged()
}

const deletedChanged = (): Promise<unknown> =>
  Promise.all(
    ['deleted', 'users', 'groups', 'user', 'group', 'candidates', 'counts'].map((kind) =>
      queryClient.invalidateQueries({ queryKey: [kind] }),
    ),
  )
