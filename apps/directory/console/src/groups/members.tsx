import { Button, Title } from '@mantine/core'
import type { Column } from '@muster/console-kit/data-table.tsx'
import { ListBar } from '@muster/console-kit/list-bar.tsx'
import { useListState } from '@muster/console-kit/list-state.ts'
import { Empty } from '@muster/console-kit/states.tsx'
import { useQueryParams } from '@muster/console-kit/url.tsx'
import { IconPlus } from '@tabler/icons-react'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { KindIcon } from '../apps/kind-icon.tsx'
import { GraphTable } from '../graph-table.tsx'
import { useMe } from '../me.tsx'
import { userAddress } from '../users/user-queries.ts'
import { SignInStatus } from '../users/users-page.tsx'
import { AddMembersPanel } from './add-members-panel.tsx'
import classes from './group-page.module.css'
import { type DirectoryGroup, groupAddress, type Member, membersQuery } from './group-queries.ts'
import { RemoveMemberDialog } from './remove-member-dialog.tsx'

const TYPES = [
  { value: 'user', label: 'Users' },
  { value: 'group', label: 'Groups' },
]

/** Who is in a group. */
export function Members({ group }: { readonly group: DirectoryGroup }) {
  const me = useMe()
  const list = useListState({ sort: 'displayName', filters: ['type'] })
  const query = useQueryParams()
  const after = query.get('after')
  const [removed, setRemoved] = useState<Member>()
  const answer = useQuery({
    ...membersQuery(group.id, { search: list.search.trim(), sort: list.sort, type: list.filter('type'), after }),
    placeholderData: keepPreviousData,
  })
  const isNone = answer.data?.value.length === 0 && !list.isFiltered
  const add = me.may.writesDirectory && (
    <Button component="a" href={query.href({ add: 'yes' })} leftSection={<IconPlus size={16} aria-hidden />}>
      Add members
    </Button>
  )
  return (
    <section className={classes.members} aria-label="Members">
      <Title order={2} className={classes.title ?? ''}>
        Members
      </Title>
      {!isNone && (
        <ListBar list={list} searchLabel="Search by name" filters={[{ name: 'type', label: 'Type', options: TYPES }]}>
          {add}
        </ListBar>
      )}
      <GraphTable
        label="Members"
        columns={[...COLUMNS, ...(me.may.writesDirectory ? [action(setRemoved)] : [])]}
        list={list}
        answer={answer}
        hrefOf={(member) => (isUser(member) ? userAddress(member.id) : groupAddress(member.id))}
        unmatched={{
          title: 'No member fits',
          hint: 'The search looks at the beginning of each word of a name.',
        }}
        none={
          <Empty title="Nobody is in this group yet" action={add}>
            Whoever is a direct member is provisioned to the apps that the group is assigned to.
          </Empty>
        }
      />
      {me.may.writesDirectory && query.get('add') === 'yes' && (
        <AddMembersPanel group={group} onClose={() => query.set({ add: undefined }, { replace: true })} />
      )}
      {removed && <RemoveMemberDialog group={group} member={removed} onClose={() => setRemoved(undefined)} />}
    </section>
  )
}

const isUser = (member: Member): boolean => member['@odata.type'] === '#microsoft.graph.user'

const COLUMNS: readonly Column<Member>[] = [
  {
    title: 'Name',
    sort: 'displayName',
    width: '30%',
    cell: (member) => (
      <span className={classes.name}>
        <KindIcon type={isUser(member) ? 'User' : 'Group'} />
        <bdi>{member.displayName}</bdi>
      </span>
    ),
  },
  { title: 'User principal name', cell: ({ userPrincipalName }) => userPrincipalName ?? '–' },
  { title: 'Type', width: '90px', cell: (member) => (isUser(member) ? 'User' : 'Group') },
  {
    title: 'Status',
    width: '150px',
    cell: ({ accountEnabled }) => (accountEnabled === undefined ? '–' : <SignInStatus isEnabled={accountEnabled} />),
  },
]

const action = (remove: (member: Member) => void): Column<Member> => ({
  title: 'Action',
  width: '110px',
  cell: (member) => (
    <Button
      variant="subtle"
      color="red"
      size="compact-sm"
      aria-label={`Remove ${member.displayName}`}
      onClick={() => remove(member)}
    >
      Remove
    </Button>
  ),
})
