import { queryClient } from '@muster/console-kit/console-root.tsx'
import type { PaletteEntry, PaletteSearch } from '@muster/console-kit/palette.tsx'
import { type GraphList, graph, quoted } from './api.ts'
import { meQuery, rightsOf } from './me.tsx'

interface Named {
  readonly id: string
  readonly displayName: string
  readonly userPrincipalName?: string
}

const WHERE = [
  { group: 'Users', list: 'users', page: '/users' },
  { group: 'Groups', list: 'groups', page: '/groups' },
  { group: 'Enterprise apps', list: 'servicePrincipals', page: '/enterprise-apps' },
] as const

/** Users, groups and apps whose name begins with what is typed. */
export const findEverything: PaletteSearch = async (text, signal) => {
  const me = await queryClient.ensureQueryData(meQuery)
  if (!rightsOf(me.roles).readsDirectory) return []
  const filter = encodeURIComponent(`startswith(displayName,${quoted(text)})`)
  const lists = await Promise.all(
    WHERE.map(async ({ group, list, page }) => {
      const { value } = await graph<GraphList<Named>>(`/v1.0/${list}?$top=6&$filter=${filter}`, { signal })
      return value.map(
        ({ id, displayName, userPrincipalName }): PaletteEntry => ({
          label: displayName,
          href: `${page}/${id}`,
          group,
          ...(userPrincipalName === undefined ? {} : { detail: userPrincipalName }),
        }),
      )
    }),
  )
  return lists.flat()
}
