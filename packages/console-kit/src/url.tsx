import { createContext, type ReactNode, useContext, useMemo } from 'react'

/** Where the reader is, and how to go elsewhere. A console hands in its router's; the kit knows none. */
export interface Url {
  readonly pathname: string
  /** With its `?`, or empty. */
  readonly search: string
  readonly go: (href: string, how?: { readonly replace?: boolean }) => void
}

const Context = createContext<Url | undefined>(undefined)

export function UrlProvider({ url, children }: { readonly url: Url; readonly children: ReactNode }) {
  return <Context value={url}>{children}</Context>
}

export function useUrl(): Url {
  const url = useContext(Context)
  if (!url) throw new Error('A part of the kit stands outside of UrlProvider.')
  return url
}

/** What of a page's state lives in its address: the value of each parameter, and how to set some of them. */
export interface Query {
  readonly get: (name: string) => string | undefined
  /** Sets parameters; `undefined` or empty takes one away. Typing replaces the address, a choice adds to the history. */
  readonly set: (values: Readonly<Record<string, string | undefined>>, how?: { readonly replace?: boolean }) => void
  /** The address that setting them leads to, for a link. */
  readonly href: (values: Readonly<Record<string, string | undefined>>) => string
}

export function useQueryParams(): Query {
  const { pathname, search, go } = useUrl()
  return useMemo(() => {
    const now = new URLSearchParams(search)
    const href = (values: Readonly<Record<string, string | undefined>>) => {
      const next = new URLSearchParams(now)
      for (const [name, value] of Object.entries(values))
        if (value) next.set(name, value)
        else next.delete(name)
      const text = next.toString()
      return text === '' ? pathname : `${pathname}?${text}`
    }
    return {
      get: (name) => now.get(name) ?? undefined,
      set: (values, how) => go(href(values), how),
      href,
    }
  }, [pathname, search, go])
}
