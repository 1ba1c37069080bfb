import { Button, Text } from '@mantine/core'
import { DangerDialog } from '@muster/console-kit/danger-dialog.tsx'
import { type Column, DataTable } from '@muster/console-kit/data-table.tsx'
import { ListBar } from '@muster/console-kit/list-bar.tsx'
import { PAGE_SIZE, useListState } from '@muster/console-kit/list-state.ts'
import { toldDone } from '@muster/console-kit/toasts.ts'
import { useUrl } from '@muster/console-kit/url.tsx'
import { useState } from 'react'
import { useMe } from '../me.tsx'
import { PERMISSION } from '../permissions.ts'
import { firstName } from '../users/user-words.ts'
import { AddMemberPanel } from './add-member-panel.tsx'
import { isDirectorys, membersOf, refreshTeams, removeMember, type TeamMember, type TeamView } from './team-queries.ts'

/** From how many on a search is worth its room. */
const MANY = 10

/** Who is in a team. Those who may, add and remove; a directory's team is changed there. */
export function TeamMembers({ team, mayEdit }: { readonly team: TeamView; readonly mayEdit: boolean }) {
  const me = useMe()
  const list = useListState()
  const { go } = useUrl()
  const [leaving, setLeaving] = useState<TeamMember>()
  const all = membersOf(team)
  const wanted = list.search.trim().toLowerCase()
  const shown = all.filter(({ name, email }) => `${name} ${email}`.toLowerCase().includes(wanted))
  const from = list.page * PAGE_SIZE
  const close = () => go(list.hrefOfOpen(undefined))
  return (
    <>
      {(all.length > MANY || list.isFiltered) && (
        <div style={{ marginBottom: 12 }}>
          <ListBar list={list} searchLabel="Search by name or e-mail" />
        </div>
      )}
      <DataTable
        label="Members"
        columns={columns(mayEdit ? setLeaving : undefined)}
        query={{ rows: shown.slice(from, from + PAGE_SIZE), error: null, refetch: () => undefined }}
        keyOf={({ id }) => id}
        {...(me.may(PERMISSION.viewRoles)
          ? { hrefOf: ({ id }: TeamMember) => `/settings/permissions/users?open=${encodeURIComponent(id)}` }
          : {})}
        paging={{ page: list.page, pageSize: PAGE_SIZE, total: shown.length, hrefOfPage: list.hrefOfPage }}
        empty={
          <Text size="sm" c="dimmed">
            {list.isFiltered
              ? 'Nobody in this team matches.'
              : isDirectorys(team)
                ? 'Nobody is in this team. Members come from the group in your directory, over SCIM.'
                : mayEdit
                  ? 'Nobody is in this team yet. Join it, or add someone.'
                  : 'Nobody is in this team yet. Someone with “Edit Entities” can add people.'}
          </Text>
        }
      />
      {mayEdit && list.open === 'add' && <AddMemberPanel team={team} onClose={close} />}
      {leaving && (
        <DangerDialog
          title={`Remove ${leaving.name} from ${team.metadata.name}?`}
          verb={`Remove ${firstName(leaving.name)}`}
          onClose={() => setLeaving(undefined)}
          onConfirm={async () => {
            await removeMember(team.teamTag, leaving.id)
            toldDone(`${leaving.name} is no longer in ${team.metadata.name}`)
            await refreshTeams()
          }}
        >
          <Text size="sm">
            They lose what they may do through this team’s roles, at once. They keep their account, their other teams
            and their own roles, and can be added again.
          </Text>
        </DangerDialog>
      )}
    </>
  )
}

const columns = (onRemove: ((member: TeamMember) => void) | undefined): readonly Column<TeamMember>[] => [
  { title: 'Name', cell: ({ name }) => name },
  { title: 'E-mail', cell: ({ email }) => email },
  {
    title: 'In the team as',
    cell: ({ roles, description }) => roles.map(({ tag }) => tag).join(', ') || description || '–',
  },
  ...(onRemove
    ? [
        {
          title: 'Actions',
          width: '110px',
          cell: (member: TeamMember) => (
            <Button
              size="compact-sm"
              variant="subtle"
              color="red"
              aria-label={`Remove ${member.name}`}
              onClick={() => onRemove(member)}
            >
              Remove
            </Button>
          ),
        },
      ]
    : []),
]
