import { Button } from '@mantine/core'
import { type Column, DataTable } from '@muster/console-kit/data-table.tsx'
import type { ListState } from '@muster/console-kit/list-state.ts'
import { Empty } from '@muster/console-kit/states.tsx'
import { useQueryParams } from '@muster/console-kit/url.tsx'
import type { ReactNode } from 'react'
import type { GraphList } from './api.ts'
import { skipTokenOf } from './apps/app-queries.ts'

/**
 * A table of a Graph list: sorted, searched and paged by the server, whose next page is where `@odata.nextLink` says. The
 * page is the parameter `after` of the address.
 */
export function GraphTable<Item extends { readonly id: string }>({
  label,
  columns,
  list,
  answer,
  hrefOf,
  unmatched,
  none,
}: {
  readonly label: string
  readonly columns: readonly Column<Item>[]
  readonly list: ListState
  /** What the query of this page came to. */
  readonly answer: {
    readonly data: GraphList<Item> | undefined
    readonly error: unknown
    readonly refetch: () => unknown
    readonly isPlaceholderData: boolean
  }
  readonly hrefOf?: (item: Item) => string
  /** Said when search and filters leave nothing: what the search looks at. */
  readonly unmatched: { readonly title: string; readonly hint: ReactNode }
  /** Shown when there is nothing at all. */
  readonly none: ReactNode
}) {
  const query = useQueryParams()
  const { data, error, refetch, isPlaceholderData } = answer
  const next = skipTokenOf(data)
  return (
    <DataTable
      label={label}
      columns={columns}
      query={{ rows: data?.value, error, refetch, isOld: isPlaceholderData }}
      keyOf={({ id }) => id}
      {...(hrefOf ? { hrefOf } : {})}
      sort={{ now: list.sort, hrefOf: list.hrefOfSort }}
      paging={{
        total: data?.['@odata.count'],
        firstHref: query.get('after') ? query.href({ after: undefined }) : undefined,
        nextHref: next ? query.href({ after: next }) : undefined,
      }}
      empty={
        list.isFiltered ? (
          <Empty
            title={unmatched.title}
            action={
              <Button variant="default" onClick={list.clear}>
                Clear the search
              </Button>
            }
          >
            {unmatched.hint}
          </Empty>
        ) : (
          none
        )
      }
    />
  )
}
