import { ApiError } from '@muster/console-kit/api.ts'
import { queryOptions } from '@tanstack/react-query'
import { type GraphList, graph, quoted } from '../api.ts'
import { searchFor } from '../apps/app-queries.ts'

/** A person of the directory, as Graph answers: what has no value is null. */
export interface User {
  readonly id: string
  readonly displayName: string
  readonly userPrincipalName: string
  readonly accountEnabled: boolean
  readonly givenName: string | null
  readonly surname: string | null
  readonly mailNickname: string | null
  readonly jobTitle: string | null
  readonly department: string | null
  readonly employeeId: string | null
  readonly officeLocation: string | null
  readonly mail: string | null
  /** At most one. */
  readonly businessPhones: readonly string[]
  readonly mobilePhone: string | null
  readonly faxNumber: string | null
  readonly streetAddress: string | null
  readonly city: string | null
  readonly state: string | null
  readonly postalCode: string | null
  readonly country: string | null
  readonly preferredLanguage: string | null
  readonly createdDateTime: string
  readonly deletedDateTime: string | null
}

export type UserRow = Pick<
  User,
  'id' | 'displayName' | 'userPrincipalName' | 'jobTitle' | 'department' | 'accountEnabled'
>

export const userAddress = (id: string): string => `/users/${encodeURIComponent(id)}`
export const userApi = (id: string): string => `/v1.0/users/${encodeURIComponent(id)}`

export const USERS_A_PAGE = 50

export interface UsersAsked {
  readonly search: string
  /** `-` in front for descending. */
  readonly sort: string
  readonly status: string | undefined
  /** What the department begins with. */
  readonly department: string | undefined
  readonly after: string | undefined
}

export const usersQuery = ({ search, sort, status, department, after }: UsersAsked) =>
  queryOptions({
    queryKey: ['users', search, sort, status, department, after],
    queryFn: ({ signal }) => {
      const filter = [
        status && `accountEnabled eq ${status === 'active'}`,
        department && `startswith(department,${quoted(department)})`,
      ].filter(Boolean)
      const asked = [
        '$select=id,displayName,userPrincipalName,jobTitle,department,accountEnabled',
        `$top=${USERS_A_PAGE}`,
        '$count=true',
        `$orderby=${encodeURIComponent(sort.startsWith('-') ? `${sort.slice(1)} desc` : sort)}`,
      ]
      if (search)
        asked.push(`$search=${encodeURIComponent(searchFor(search, ['displayName', 'userPrincipalName', 'mail']))}`)
      if (filter.length > 0) asked.push(`$filter=${encodeURIComponent(filter.join(' and '))}`)
      if (after) asked.push(`$skiptoken=${encodeURIComponent(after)}`)
      return graph<GraphList<UserRow>>(`/v1.0/users?${asked.join('&')}`, { signal })
    },
  })

export const readUser = (id: string): Promise<User> => graph<User>(userApi(id))

export const userQuery = (id: string) =>
  queryOptions({ queryKey: ['user', id], queryFn: ({ signal }) => graph<User>(userApi(id), { signal }) })

export type Named = Pick<User, 'id' | 'displayName' | 'userPrincipalName' | 'jobTitle'>

/** A person's manager; null for somebody who has none. */
export const managerQuery = (id: string) =>
  queryOptions({ queryKey: ['user', id, 'manager'], queryFn: () => readManager(id) })

export async function readManager(id: string): Promise<Named | null> {
  try {
    return await graph<Named>(`${userApi(id)}/manager?$select=id,displayName,userPrincipalName,jobTitle`)
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return null
    throw error
  }
}

/** Groups shown on a person's page: more than most people are in. */
const GROUPS_SHOWN = 100

/** The groups that a person is in themselves, by name. */
export const groupsOfQuery = (id: string) =>
  queryOptions({
    queryKey: ['user', id, 'groups'],
    queryFn: ({ signal }) =>
      graph<GraphList<{ readonly id: string; readonly displayName: string }>>(
        `${userApi(id)}/memberOf/microsoft.graph.group?$select=id,displayName&$top=${GROUPS_SHOWN}&$count=true`,
        { signal },
      ),
  })

/** A few people whose name, user principal name or mail has a word that begins with a text. */
export const peopleQuery = (text: string) =>
  queryOptions({
    queryKey: ['users', 'found', text],
    queryFn: async ({ signal }) => {
      const search = text
        ? `&$search=${encodeURIComponent(searchFor(text, ['displayName', 'userPrincipalName', 'mail']))}`
        : ''
      const select = '$select=id,displayName,userPrincipalName,jobTitle'
      return (await graph<GraphList<Named>>(`/v1.0/users?$top=12&$orderby=displayName&${select}${search}`, { signal }))
        .value
    },
  })

/** The domains that names may end in, the usual one first. */
export const domainsQuery = queryOptions({
  queryKey: ['domains'],
  queryFn: async ({ signal }) =>
    (await graph<GraphList<{ readonly id: string }>>('/v1.0/domains?$select=id', { signal })).value.map(({ id }) => id),
  staleTime: 60_000,
})

export interface DirectoryRole {
  readonly id: string
  readonly displayName: string
  readonly description: string
}

export const GLOBAL_ADMINISTRATOR = 'Global Administrator'

const rolesQuery = queryOptions({
  queryKey: ['directory-roles'],
  queryFn: async ({ signal }) =>
    (await graph<GraphList<DirectoryRole>>('/v1.0/directoryRoles?$select=id,displayName,description', { signal }))
      .value,
  staleTime: Number.POSITIVE_INFINITY,
})

/** The roles there are, and whether a person holds each. */
export const heldRolesQuery = (id: string) =>
  queryOptions({
    queryKey: ['user', id, 'roles'],
    queryFn: async ({ client }) => {
      const roles = await client.ensureQueryData(rolesQuery)
      const filter = encodeURIComponent(`id eq ${quoted(id)}`)
      return Promise.all(
        roles.map(async (role) => ({
          role,
          isHeld:
            (
              await graph<GraphList<{ readonly id: string }>>(
                `/v1.0/directoryRoles/${role.id}/members?$select=id&$filter=${filter}`,
              )
            ).value.length > 0,
        })),
      )
    },
  })

/** Whether a person is the only one who is Global Administrator and may sign in. */
export const isLastAdminQuery = (id: string) =>
  queryOptions({
    queryKey: ['user', id, 'is-last-admin'],
    queryFn: async ({ client }) => {
      const role = (await client.ensureQueryData(rolesQuery)).find(
        ({ displayName }) => displayName === GLOBAL_ADMINISTRATOR,
      )
      if (!role) return false
      const filter = encodeURIComponent('accountEnabled eq true')
      const { value } = await graph<GraphList<{ readonly id: string }>>(
        `/v1.0/directoryRoles/${role.id}/members?$select=id&$top=2&$filter=${filter}`,
      )
      return value.length === 1 && value[0]?.id === id
    },
    staleTime: 0,
  })
