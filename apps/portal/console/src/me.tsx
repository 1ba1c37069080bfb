import { ownDrafts } from '@muster/console-kit/draft.ts'
import { useSuspenseQuery } from '@tanstack/react-query'
import type { z } from 'zod'
import type { me } from '../../contract/me.ts'
import { api } from './api.ts'

export type Me = z.infer<typeof me>

export const meQuery = {
  queryKey: ['me'],
  queryFn: async (): Promise<Me> => {
    const who = await api<Me>('/api/v1/me')
    // Before any form is drawn: one that is the first page must find what was typed into it.
    if (who.user) ownDrafts(who.user.id)
    return who
  },
}

/** The signed-in person, and what they may do. */
export function useMe(): Me & { readonly may: (permission: string) => boolean } {
  const { data } = useSuspenseQuery(meQuery)
  return { ...data, may: (permission) => data.permissions.includes(permission) }
}
