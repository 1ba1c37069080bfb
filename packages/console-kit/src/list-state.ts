import { useMemo } from 'react'
import { useQueryParams } from './url.tsx'

/** Rows a page: what a screen shows without much scrolling. */
export const PAGE_SIZE = 50

/** What a list shows, kept in its address, so that it can be sent to somebody and gone back to. */
export interface ListState {
  /** From 0. */
  readonly page: number
  /** As the server names it, `-` in front for descending. */
  readonly sort: string
  readonly search: string
  readonly filter: (name: string) => string | undefined
  readonly isFiltered: boolean
  readonly setSearch: (text: string) => void
  /** Typing replaces the address, a choice adds to the history. */
  readonly setFilter: (name: string, value: string | undefined, how?: { readonly replace?: boolean }) => void
  readonly clear: () => void
  readonly hrefOfPage: (page: number) => string
  readonly hrefOfSort: (sort: string) => string
  /** The same list with a row's panel open, or closed. */
  readonly hrefOfOpen: (id: string | undefined) => string
  /** The row whose panel is open. */
  readonly open: string | undefined
}

export function useListState({
  sort: usual = '',
  filters = [],
}: {
  readonly sort?: string
  readonly filters?: readonly string[]
} = {}): ListState {
  const query = useQueryParams()
  // biome-ignore lint/correctness/useExhaustiveDependencies: the names of a page's filters never change.
  return useMemo(() => {
    const page = Math.max(0, Math.trunc(Number(query.get('page') ?? '1')) - 1) || 0
    const search = query.get('search') ?? ''
    const first = { page: undefined, after: undefined, open: undefined }
    return {
      page,
      sort: query.get('sort') ?? usual,
      search,
      filter: (name) => query.get(name),
      isFiltered: search !== '' || filters.some((name) => query.get(name) !== undefined),
      setSearch: (text) => query.set({ ...first, search: text }, { replace: true }),
      setFilter: (name, value, how) => query.set({ ...first, [name]: value }, how),
      clear: () =>
        query.set({ ...first, search: undefined, ...Object.fromEntries(filters.map((name) => [name, undefined])) }),
      hrefOfPage: (to) => query.href({ page: to === 0 ? undefined : String(to + 1), open: undefined }),
      hrefOfSort: (to) => query.href({ ...first, sort: to === usual ? undefined : to }),
      hrefOfOpen: (id) => query.href({ open: id }),
      open: query.get('open'),
    }
  }, [query, usual])
}
