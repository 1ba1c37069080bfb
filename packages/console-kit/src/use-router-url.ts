import { type QueryKey, useQueryClient } from '@tanstack/react-query'
import { useEffect, useMemo } from 'react'
import { followLinks } from './links.ts'
import type { Url } from './url.tsx'

/** What of a console's router the kit has to know: where it is, and how to move it. */
export interface RouterPlace {
  readonly pathname: string
  /** With its `?`, or empty. */
  readonly search: string
  readonly navigate: (to: { readonly href: string; readonly replace?: boolean }) => unknown
}

/**
 * Ties a console's router to the kit: parts of the kit move it, and so do plain links to pages of ours. Whoever goes
 * somewhere is asked for anew (`whoKey`): a session that has ended elsewhere is found out with the next click, whatever
 * the page has kept in store.
 */
export function useRouterUrl(
  { pathname, search, navigate }: RouterPlace,
  { isPage, whoKey }: { readonly isPage: (pathname: string) => boolean; readonly whoKey: QueryKey },
): Url {
  const queries = useQueryClient()
  // biome-ignore lint/correctness/useExhaustiveDependencies: each place is asked for anew.
  useEffect(() => {
    void queries.invalidateQueries({ queryKey: whoKey })
  }, [pathname, search])
  useEffect(() => followLinks((href) => void navigate({ href }), isPage), [navigate, isPage])
  return useMemo(
    () => ({
      pathname,
      search,
      go: (href, how) => void navigate({ href, ...(how?.replace ? { replace: true } : {}) }),
    }),
    [pathname, search, navigate],
  )
}

/** How a router reads and writes parameters: as plain text, so that a name that looks like JSON stays what was typed. */
export const PLAIN_PARAMETERS = {
  parseSearch: (search: string): Record<string, string> => Object.fromEntries(new URLSearchParams(search)),
  stringifySearch: (search: Record<string, unknown>): string => {
    const text = new URLSearchParams(search as Record<string, string>).toString()
    return text === '' ? '' : `?${text}`
  },
}
