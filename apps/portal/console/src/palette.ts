import { queryClient } from '@muster/console-kit/console-root.tsx'
import type { PaletteEntry, PaletteSearch } from '@muster/console-kit/palette.tsx'
import type { z } from 'zod'
import type { teams } from '../../contract/teams.ts'
import type { users } from '../../contract/users.ts'
import { api } from './api.ts'
import { meQuery } from './me.tsx'
import { PERMISSION } from './permissions.ts'

/** People, for those who may see them, and teams, by what is typed. */
export const findPeopleAndTeams: PaletteSearch = async (text, signal) => {
  const me = await queryClient.ensureQueryData(meQuery)
  const people = me.permissions.includes(PERMISSION.viewRoles)
    ? await api<z.infer<typeof users>>(`/api/v1/users?pageSize=8&search=${encodeURIComponent(text)}`, { signal })
    : { users: [] }
  const { teams: all } = await api<z.infer<typeof teams>>('/api/v1/teams', { signal })
  const wanted = text.toLowerCase()
  return [
    ...people.users.map(
      ({ id, name, email }): PaletteEntry => ({
        label: name,
        detail: email,
        href: `/settings/permissions/users?open=${id}`,
        group: 'People',
      }),
    ),
    ...all
      .filter(({ metadata, teamTag }) => `${metadata.name} ${teamTag}`.toLowerCase().includes(wanted))
      .slice(0, 8)
      .map(
        ({ metadata, teamTag }): PaletteEntry => ({ label: metadata.name, href: `/teams/${teamTag}`, group: 'Teams' }),
      ),
  ]
}
