import { Group, Text } from '@mantine/core'
import { type Column, DataTable } from '@muster/console-kit/data-table.tsx'
import { ListBar } from '@muster/console-kit/list-bar.tsx'
import { PAGE_SIZE, useListState } from '@muster/console-kit/list-state.ts'
import { Page } from '@muster/console-kit/page.tsx'
import { Empty } from '@muster/console-kit/states.tsx'
import { Status } from '@muster/console-kit/status.tsx'
import { TimeAgo } from '@muster/console-kit/time-ago.tsx'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import type { z } from 'zod'
import type { UserView, users } from '../../../contract/users.ts'
import { api } from '../api.ts'
import { Needs } from '../needs.tsx'
import { PERMISSION } from '../permissions.ts'
import { roleName } from '../roles/role-names.ts'

const FILTERS = ['source', 'status']

export function UsersPage() {
  return (
    <Needs permission={PERMISSION.viewRoles} title="Users">
      <Users />
    </Needs>
  )
}

function Users() {
  const list = useListState({ sort: 'name', filters: FILTERS })
  const params = new URLSearchParams({ page: String(list.page), pageSize: String(PAGE_SIZE), sort: list.sort })
  if (list.search) params.set('search', list.search)
  for (const name of FILTERS) {
    const value = list.filter(name)
    if (value) params.set(name, value)
  }
  const { data, error, refetch, isPlaceholderData } = useQuery({
    queryKey: ['users', params.toString()],
    queryFn: ({ signal }) => api<z.infer<typeof users>>(`/api/v1/users?${params}`, { signal }),
    placeholderData: keepPreviousData,
  })
  return (
    <Page
      title="Users"
      crumbs={[{ title: 'Settings', href: '/settings' }]}
      description="Everyone in this workspace, and the roles each of them holds."
    >
      <ListBar
        list={list}
        searchLabel="Search by name or e-mail"
        filters={[{ name: 'source', label: 'Source', options: SOURCES }]}
      />
      <DataTable
        label="Users"
        columns={COLUMNS}
        query={{ rows: data?.users, error, refetch, isOld: isPlaceholderData }}
        keyOf={({ id }) => id}
        hrefOf={({ id }) => list.hrefOfOpen(id)}
        current={list.open}
        sort={{ now: list.sort, hrefOf: list.hrefOfSort }}
        {...(data
          ? { paging: { page: data.page, pageSize: PAGE_SIZE, total: data.total, hrefOfPage: list.hrefOfPage } }
          : {})}
        empty={<Empty title="Nobody">{list.isFiltered ? 'Nobody matches.' : 'Nobody is here yet.'}</Empty>}
      />
    </Page>
  )
}

const SOURCES = [
  { value: 'SCIM', label: 'SCIM' },
  { value: 'SIGN_IN', label: 'First sign-in' },
  { value: 'MANUAL', label: 'By hand' },
]

const COLUMNS: readonly Column<UserView>[] = [
  { title: 'Name', sort: 'name', cell: ({ name }) => name },
  { title: 'E-mail', sort: 'email', cell: ({ email }) => email },
  { title: 'Roles', cell: ({ roles }) => roles.map(roleName).join(', ') },
  {
    title: 'Status',
    cell: ({ status }) => (
      <Status tone={status === 'ACTIVE' ? 'good' : 'idle'}>{status === 'ACTIVE' ? 'Active' : 'Deactivated'}</Status>
    ),
  },
  {
    title: 'Teams',
    cell: ({ teams }) => (
      <Group gap={4}>
        <Text size="sm">{teams.map(({ name }) => name).join(', ')}</Text>
      </Group>
    ),
  },
  { title: 'Joined', sort: 'joinedAt', cell: ({ joinedAt }) => <TimeAgo value={joinedAt} /> },
  { title: 'Last active', cell: ({ lastActiveAt }) => <TimeAgo value={lastActiveAt} /> },
]
