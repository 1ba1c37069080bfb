import { queryClient } from '@muster/console-kit/console-root.tsx'
import { queryOptions } from '@tanstack/react-query'
import type { z } from 'zod'
import type { groupChange, groupNew } from '../../../contract/group.ts'
import { type GraphList, graph, quoted } from '../api.ts'
import { searchFor } from '../apps/app-queries.ts'
import { referenceTo } from '../users/user-changes.ts'

/** A group of the directory, as Graph answers. */
export interface DirectoryGroup {
  readonly id: string
  readonly displayName: string
  readonly description: string | null
  readonly groupTypes: readonly string[]
  readonly mailEnabled: boolean
  readonly securityEnabled: boolean
  readonly mailNickname: string
  readonly createdDateTime: string
}

/** Somebody, or a group, in a group. */
export interface Member {
  readonly '@odata.type': '#microsoft.graph.user' | '#microsoft.graph.group'
  readonly id: string
  readonly displayName: string
  readonly userPrincipalName?: string
  readonly jobTitle?: string | null
  readonly accountEnabled?: boolean
}

export const groupAddress = (id: string): string => `/groups/${encodeURIComponent(id)}`
const groupApi = (id: string): string => `/v1.0/groups/${encodeURIComponent(id)}`

/** Groups a page: each row asks how many members it has. */
const GROUPS_A_PAGE = 25
const MEMBERS_A_PAGE = 50

const orderBy = (sort: string): string =>
  `$orderby=${encodeURIComponent(sort.startsWith('-') ? `${sort.slice(1)} desc` : sort)}`

export const groupsQuery = ({ search, sort, after }: { search: string; sort: string; after: string | undefined }) =>
  queryOptions({
    queryKey: ['groups', search, sort, after],
    queryFn: ({ signal }) => {
      const asked = [`$top=${GROUPS_A_PAGE}`, '$count=true', orderBy(sort)]
      if (search) asked.push(`$search=${encodeURIComponent(searchFor(search, ['displayName']))}`)
      if (after) asked.push(`$skiptoken=${encodeURIComponent(after)}`)
      return graph<GraphList<DirectoryGroup>>(`/v1.0/groups?${asked.join('&')}`, { signal })
    },
  })

export const readGroup = (id: string): Promise<DirectoryGroup> => graph<DirectoryGroup>(groupApi(id))

export const groupQuery = (id: string) =>
  queryOptions({ queryKey: ['group', id], queryFn: ({ signal }) => graph<DirectoryGroup>(groupApi(id), { signal }) })

export const memberCountQuery = (id: string) =>
  queryOptions({
    queryKey: ['group', id, 'members', 'count'],
    queryFn: ({ signal }) => graph<number>(`${groupApi(id)}/members/$count`, { signal }),
    staleTime: 15_000,
  })

export interface MembersAsked {
  readonly search: string
  readonly sort: string
  readonly type: string | undefined
  readonly after: string | undefined
}

export const membersQuery = (id: string, { search, sort, type, after }: MembersAsked) =>
  queryOptions({
    queryKey: ['group', id, 'members', search, sort, type, after],
    queryFn: ({ signal }) => {
      const asked = [`$top=${MEMBERS_A_PAGE}`, '$count=true', orderBy(sort)]
      if (search) asked.push(`$search=${encodeURIComponent(searchFor(search, ['displayName']))}`)
      if (after) asked.push(`$skiptoken=${encodeURIComponent(after)}`)
      const cast = type === undefined ? '' : `/microsoft.graph.${type === 'group' ? 'group' : 'user'}`
      return graph<GraphList<Member>>(`${groupApi(id)}/members${cast}?${asked.join('&')}`, { signal })
    },
  })

/** Who of these is a member. */
export const membersAmongQuery = (id: string, ids: readonly string[]) =>
  queryOptions({
    queryKey: ['group', id, 'members', 'among', ...ids],
    queryFn: async ({ signal }) => {
      const filter = encodeURIComponent(`id in (${ids.map(quoted).join(',')})`)
      const { value } = await graph<GraphList<Member>>(
        `${groupApi(id)}/members?$top=100&$select=id&$filter=${filter}`,
        { signal },
      )
      return new Set(value.map((member) => member.id))
    },
    enabled: ids.length > 0,
  })

export async function createGroup(wanted: z.infer<typeof groupNew>): Promise<DirectoryGroup> {
  const group = await graph<DirectoryGroup>('/v1.0/groups', { method: 'POST', body: wanted })
  void groupChanged()
  return group
}

/** Sends only what is named. */
export async function changeGroup(id: string, change: z.infer<typeof groupChange>): Promise<void> {
  await graph(groupApi(id), { method: 'PATCH', body: change })
  await groupChanged(id)
}

/** Moves a group to the deleted groups. */
export async function deleteGroup(id: string): Promise<void> {
  await graph(groupApi(id), { method: 'DELETE' })
  void groupChanged()
}

export const addMember = (id: string, memberId: string): Promise<unknown> =>
  graph(`${groupApi(id)}/members/$ref`, { method: 'POST', body: referenceTo(memberId) })

export async function removeMember(id: string, memberId: string): Promise<void> {
  await graph(`${groupApi(id)}/members/${encodeURIComponent(memberId)}/$ref`, { method: 'DELETE' })
  await membersChanged(id)
}

export const membersChanged = (id: string): Promise<unknown> =>
  queryClient.invalidateQueries({ queryKey: ['group', id, 'members'] })

/** Reads again whatever shows groups, and one group's page. */
const groupChanged = (id?: string): Promise<unknown> =>
  Promise.all([
    ...['groups', 'deleted', 'candidates', 'counts'].map((kind) => queryClient.invalidateQueries({ queryKey: [kind] })),
    ...(id === undefined ? [] : [queryClient.invalidateQueries({ queryKey: ['group', id], exact: true })]),
  ])

/** What kind of group it is, in Entra's words. */
export function groupType({ groupTypes, securityEnabled }: DirectoryGroup): string {
  if (groupTypes.includes('Unified')) return 'Microsoft 365'
  return securityEnabled ? 'Security' : 'Distribution'
}
