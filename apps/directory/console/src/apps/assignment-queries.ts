import { queryOptions } from '@tanstack/react-query'
import { type GraphList, graph, quoted } from '../api.ts'
import { appApi, searchFor } from './app-queries.ts'

/** The role that stands for "no role in particular". */
const DEFAULT_ACCESS = '00000000-0000-0000-0000-000000000000'

export interface Assignment {
  readonly id: string
  readonly principalId: string
  readonly principalType: 'User' | 'Group'
  readonly principalDisplayName: string
  readonly createdDateTime: string
}

/** Somebody, or a group, who can be assigned. */
export interface Candidate {
  readonly id: string
  readonly type: 'User' | 'Group'
  readonly displayName: string
  /** A user's name in the directory, a group's description. */
  readonly detail: string
  /** Why nothing comes of assigning them as they are. */
  readonly caution?: string
  /** Why they can't be assigned. */
  readonly refusal?: string
}

const assignmentsApi = (appId: string): string => `${appApi(appId)}/appRoleAssignedTo`

export const ASSIGNMENTS_A_PAGE = 50

export interface AssignmentsAsked {
  readonly search: string
  readonly sort: string
  readonly type: string | undefined
  readonly after: string | undefined
}

export const assignmentsQuery = (appId: string, { search, sort, type, after }: AssignmentsAsked) =>
  queryOptions({
    queryKey: ['assignments', appId, search, sort, type, after],
    queryFn: ({ signal }) => {
      const order = sort.startsWith('-') ? `${sort.slice(1)} desc` : sort
      const asked = [`$top=${ASSIGNMENTS_A_PAGE}`, '$count=true', `$orderby=${encodeURIComponent(order)}`]
      const filter = [
        search && `startswith(principalDisplayName,${quoted(search)})`,
        type && `principalType eq ${quoted(type)}`,
      ].filter(Boolean)
      if (filter.length > 0) asked.push(`$filter=${encodeURIComponent(filter.join(' and '))}`)
      if (after) asked.push(`$skiptoken=${encodeURIComponent(after)}`)
      return graph<GraphList<Assignment>>(`${assignmentsApi(appId)}?${asked.join('&')}`, { signal })
    },
  })

export const assignmentCountQuery = (appId: string) =>
  queryOptions({
    queryKey: ['assignments', appId, 'count'],
    queryFn: ({ signal }) => graph<number>(`${assignmentsApi(appId)}/$count`, { signal }),
  })

/** Who of these is assigned already. */
export const assignedQuery = (appId: string, ids: readonly string[]) =>
  queryOptions({
    queryKey: ['assignments', appId, 'of', ...ids],
    queryFn: async ({ signal }) => {
      const filter = encodeURIComponent(`principalId in (${ids.map(quoted).join(',')})`)
      const list = await graph<GraphList<Assignment>>(`${assignmentsApi(appId)}?$top=100&$filter=${filter}`, { signal })
      return new Set(list.value.map(({ principalId }) => principalId))
    },
    enabled: ids.length > 0,
  })

export const assign = (appId: string, principalId: string): Promise<unknown> =>
  graph(assignmentsApi(appId), {
    method: 'POST',
    body: { principalId, resourceId: appId, appRoleId: DEFAULT_ACCESS },
  })

export const unassign = (appId: string, assignmentId: string): Promise<unknown> =>
  graph(`${assignmentsApi(appId)}/${encodeURIComponent(assignmentId)}`, { method: 'DELETE' })

interface FoundUser {
  readonly id: string
  readonly displayName: string
  readonly userPrincipalName: string
  readonly accountEnabled: boolean
}
interface FoundGroup {
  readonly id: string
  readonly displayName: string
  readonly description: string | null
  readonly securityEnabled: boolean
}

/** People and groups found of each kind: few, so that their names stay in one look. */
const FOUND = 8

/** People and groups by what their names begin with; without a text, the first of each. */
export const candidatesQuery = (text: string) =>
  queryOptions({
    queryKey: ['candidates', text],
    queryFn: async ({ signal }): Promise<readonly Candidate[]> => {
      const find = (properties: readonly string[]) =>
        `$top=${FOUND}&$orderby=displayName${text ? `&$search=${encodeURIComponent(searchFor(text, properties))}` : ''}`
      const [groups, users] = await Promise.all([
        graph<GraphList<FoundGroup>>(
          `/v1.0/groups?$select=id,displayName,description,securityEnabled&${find(['displayName'])}`,
          { signal },
        ),
        graph<GraphList<FoundUser>>(
          `/v1.0/users?$select=id,displayName,userPrincipalName,accountEnabled&${find(['displayName', 'userPrincipalName'])}`,
          { signal },
        ),
      ])
      return [
        ...users.value.map(
          ({ id, displayName, userPrincipalName, accountEnabled }): Candidate => ({
            id,
            type: 'User',
            displayName,
            detail: userPrincipalName,
            ...(accountEnabled ? {} : { caution: 'Sign-in is blocked: no account is made until it is unblocked.' }),
          }),
        ),
        ...groups.value.map(
          ({ id, displayName, description, securityEnabled }): Candidate => ({
            id,
            type: 'Group',
            displayName,
            detail: description ? `Group · ${description}` : 'Group',
            ...(securityEnabled ? {} : { refusal: 'Not security-enabled: it can’t be assigned.' }),
          }),
        ),
      ]
    },
  })
