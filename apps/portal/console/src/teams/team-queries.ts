import { queryClient } from '@muster/console-kit/console-root.tsx'
import { useQuery } from '@tanstack/react-query'
import type { z } from 'zod'
import type { rolesAnswer } from '../../../contract/roles.ts'
import type { TeamView, teamChange, teamNew, teams } from '../../../contract/teams.ts'
import { api } from '../api.ts'
import { roleOfValue } from '../roles/role-choices.ts'
import type { Role } from '../roles/role-names.ts'

export type { TeamView }
export type TeamMember = NonNullable<TeamView['cortexTeam']>['members'][number]

/** Every team with its members: the API hands them out at once. */
export const useTeams = () =>
  useQuery({
    queryKey: ['teams'],
    queryFn: async ({ signal }) => (await api<z.infer<typeof teams>>('/api/v1/teams', { signal })).teams,
  })

/** Somebody's own teams. */
export const useTeamsOf = (userId: string | undefined) =>
  useQuery({
    queryKey: ['teams', 'of', userId],
    queryFn: async ({ signal }) =>
      (await api<z.infer<typeof teams>>(`/api/v1/teams?memberId=${encodeURIComponent(userId ?? '')}`, { signal }))
        .teams,
    enabled: userId !== undefined,
  })

const pathOf = (tag: string): string => `/api/v1/teams/${encodeURIComponent(tag)}`

export const hrefOfTeam = (tag: string): string => `/teams/${encodeURIComponent(tag)}`

export const readTeam = (tag: string, signal?: AbortSignal): Promise<TeamView> =>
  api<TeamView>(pathOf(tag), signal ? { signal } : {})

export const useTeam = (tag: string) =>
  useQuery({ queryKey: ['teams', tag], queryFn: ({ signal }) => readTeam(tag, signal) })

export const membersOf = (team: TeamView): readonly TeamMember[] =>
  team.cortexTeam?.members ?? team.idpGroup?.members ?? []

/** Whether the directory keeps the team: then nobody changes its members here. */
export const isDirectorys = ({ type }: TeamView): boolean => type === 'IDP'

export const createTeam = (body: z.input<typeof teamNew>): Promise<TeamView> =>
  api<TeamView>('/api/v1/teams', { method: 'POST', body })

export const changeTeam = (tag: string, body: z.input<typeof teamChange>): Promise<TeamView> =>
  api<TeamView>(pathOf(tag), { method: 'PUT', body })

export const deleteTeam = (tag: string): Promise<void> => api<void>(pathOf(tag), { method: 'DELETE' })

export const addMember = (tag: string, email: string): Promise<TeamView> =>
  api<TeamView>(`${pathOf(tag)}/members`, { method: 'POST', body: { email } })

export const removeMember = (tag: string, userId: string): Promise<void> =>
  api<void>(`${pathOf(tag)}/members/${encodeURIComponent(userId)}`, { method: 'DELETE' })

/** The roles that every member holds. Needs “View Roles”. */
export const readTeamRoles = async (tag: string, signal?: AbortSignal): Promise<readonly Role[]> =>
  (await api<z.infer<typeof rolesAnswer>>(`${pathOf(tag)}/roles`, signal ? { signal } : {})).roles

export const useTeamRoles = (tag: string, isAllowed: boolean) =>
  useQuery({
    queryKey: ['teams', tag, 'roles'],
    queryFn: ({ signal }) => readTeamRoles(tag, signal),
    enabled: isAllowed,
  })

export const replaceTeamRoles = (tag: string, values: readonly string[]): Promise<unknown> =>
  api(`${pathOf(tag)}/roles`, { method: 'PUT', body: { roles: values.map(roleOfValue) } })

/** After a team or its members changed: teams, people, and what the reader may do by them are read again. */
export const refreshTeams = (): Promise<unknown> =>
  Promise.all(['teams', 'users', 'me'].map((first) => queryClient.invalidateQueries({ queryKey: [first] })))
