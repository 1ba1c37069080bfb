import { Button } from '@mantine/core'
import type { Column } from '@muster/console-kit/data-table.tsx'
import { ListBar } from '@muster/console-kit/list-bar.tsx'
import { useListState } from '@muster/console-kit/list-state.ts'
import { Page } from '@muster/console-kit/page.tsx'
import { Empty } from '@muster/console-kit/states.tsx'
import { Status } from '@muster/console-kit/status.tsx'
import { TabLinks } from '@muster/console-kit/tab-links.tsx'
import { useQueryParams } from '@muster/console-kit/url.tsx'
import { IconPlus } from '@tabler/icons-react'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { GraphTable } from '../graph-table.tsx'
import { useMe } from '../me.tsx'
import { Needs } from '../needs.tsx'
import { NewUserPanel } from './new-user-panel.tsx'
import { type UserRow, userAddress, usersQuery } from './user-queries.ts'

export function UsersPage() {
  return (
    <Needs right="readsDirectory" title="Users">
      <Users />
    </Needs>
  )
}

/** What stands around both lists of people: those who are here, and those who were deleted. */
export function UsersFrame({ actions, children }: { readonly actions?: ReactNode; readonly children: ReactNode }) {
  return (
    <Page title="Users" description="The people of this directory." actions={actions}>
      <TabLinks
        label="Users"
        links={[
          { label: 'All users', href: '/users', isExact: true },
          { label: 'Deleted users', href: '/users/deleted' },
        ]}
      />
      {children}
    </Page>
  )
}

const STATUSES = [
  { value: 'active', label: 'Active' },
  { value: 'blocked', label: 'Blocked' },
]

function Users() {
  const me = useMe()
  const list = useListState({ sort: 'displayName', filters: ['status', 'department'] })
  const query = useQueryParams()
  const after = query.get('after')
  const answer = useQuery({
    ...usersQuery({
      search: list.search.trim(),
      sort: list.sort,
      status: list.filter('status'),
      department: list.filter('department'),
      after,
    }),
    placeholderData: keepPreviousData,
  })
  const isNone = answer.data?.value.length === 0 && !list.isFiltered
  const add = me.may.writesDirectory && (
    <Button component="a" href={query.href({ new: 'yes' })} leftSection={<IconPlus size={16} aria-hidden />}>
      New user
    </Button>
  )
  return (
    <UsersFrame actions={!isNone && add}>
      <ListBar
        list={list}
        searchLabel="Search by name or mail"
        filters={[
          { name: 'status', label: 'Status', options: STATUSES },
          { name: 'department', label: 'Department' },
        ]}
      />
      <GraphTable
        label="Users"
        columns={COLUMNS}
        list={list}
        answer={answer}
        hrefOf={({ id }) => userAddress(id)}
        unmatched={{
          title: 'Nobody fits',
          hint: 'The search looks at the beginning of each word of a name, and of the user principal name and mail. People who were deleted are under Deleted users.',
        }}
        none={
          <Empty title="Nobody is in this directory" action={add}>
            People are made here one by one, or many at once with the command line’s import.
          </Empty>
        }
      />
      {me.may.writesDirectory && query.get('new') === 'yes' && (
        <NewUserPanel onClose={() => query.set({ new: undefined }, { replace: true })} />
      )}
    </UsersFrame>
  )
}

const COLUMNS: readonly Column<UserRow>[] = [
  { title: 'Name', sort: 'displayName', width: '24%', cell: ({ displayName }) => <bdi>{displayName}</bdi> },
  { title: 'User principal name', sort: 'userPrincipalName', cell: ({ userPrincipalName }) => userPrincipalName },
  { title: 'Job title', width: '20%', cell: ({ jobTitle }) => jobTitle ?? '–' },
  { title: 'Department', width: '15%', cell: ({ department }) => department ?? '–' },
  { title: 'Status', width: '140px', cell: ({ accountEnabled }) => <SignInStatus isEnabled={accountEnabled} /> },
]

/** Whether somebody may sign in. */
export function SignInStatus({ isEnabled }: { readonly isEnabled: boolean }) {
  return <Status tone={isEnabled ? 'good' : 'warn'}>{isEnabled ? 'Active' : 'Sign-in blocked'}</Status>
}
