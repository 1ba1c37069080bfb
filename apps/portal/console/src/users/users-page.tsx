import { Button } from '@mantine/core'
import { type Column, DataTable } from '@muster/console-kit/data-table.tsx'
import { ListBar } from '@muster/console-kit/list-bar.tsx'
import { type ListState, PAGE_SIZE, useListState } from '@muster/console-kit/list-state.ts'
import { Empty } from '@muster/console-kit/states.tsx'
import { Status } from '@muster/console-kit/status.tsx'
import { TimeAgo } from '@muster/console-kit/time-ago.tsx'
import { useQueryParams, useUrl } from '@muster/console-kit/url.tsx'
import { IconPlus } from '@tabler/icons-react'
import { useState } from 'react'
import { useMe } from '../me.tsx'
import { Needs } from '../needs.tsx'
import { PERMISSIONS_TITLE, PermissionsPage } from '../permissions/permissions-page.tsx'
import { PERMISSION } from '../permissions.ts'
import { definitionValue } from '../roles/role-choices.ts'
import { roleName } from '../roles/role-names.ts'
import { useRoles } from '../roles/roles-queries.ts'
import { AddUser } from './add-user.tsx'
import { DefaultRole } from './default-role.tsx'
import { UserPanel } from './user-panel.tsx'
import classes from './user-parts.module.css'
import { SOURCES, sourceName } from './user-words.ts'
import { type UserView, useUsers } from './users-queries.ts'

const FILTERS = ['role', 'source', 'status']

export function UsersPage() {
  return (
    <Needs permission={PERMISSION.viewRoles} title={PERMISSIONS_TITLE}>
      <Users />
    </Needs>
  )
}

function Users() {
  const me = useMe()
  const { go } = useUrl()
  const query = useQueryParams()
  const roles = useRoles()
  const list = useListState({ sort: 'name', filters: FILTERS })
  const [isAdding, setAdding] = useState(false)
  const { data, error, refetch, isPlaceholderData } = useUsers(paramsOf(list))
  return (
    <PermissionsPage
      tab="Users"
      actions={
        me.may(PERMISSION.editRoles) && (
          <Button variant="default" leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setAdding(true)}>
            Add user
          </Button>
        )
      }
    >
      <DefaultRole />
      <ListBar
        list={list}
        searchLabel="Search by name or e-mail"
        filters={[
          {
            name: 'role',
            label: 'Role',
            options: (roles.data ?? []).map((role) => ({ value: definitionValue(role), label: role.name })),
          },
          { name: 'source', label: 'Source', options: SOURCES },
          { name: 'status', label: 'Status', none: 'Active', options: STATUSES },
        ]}
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
        empty={<Nobody list={list} total={data?.total ?? 0} />}
      />
      {list.open !== undefined && (
        <UserPanel key={list.open} id={list.open} onClose={() => query.set({ open: undefined, edit: undefined })} />
      )}
      {isAdding && (
        <AddUser
          onClose={() => setAdding(false)}
          onAdded={({ id }) => {
            setAdding(false)
            go(list.hrefOfOpen(id))
          }}
        />
      )}
    </PermissionsPage>
  )
}

function paramsOf(list: ListState): URLSearchParams {
  const params = new URLSearchParams({ page: String(list.page), pageSize: String(PAGE_SIZE), sort: list.sort })
  if (list.search) params.set('search', list.search)
  for (const name of FILTERS) {
    const value = list.filter(name)
    if (value) params.set(name, value)
  }
  return params
}

function Nobody({ list, total }: { readonly list: ListState; readonly total: number }) {
  if (total > 0)
    return (
      <Empty
        title="There are not that many pages"
        action={
          <Button component="a" href={list.hrefOfPage(0)} variant="default">
            Go to the first page
          </Button>
        }
      >
        People were removed, or the filters leave fewer, since this address was made.
      </Empty>
    )
  const clear = (
    <Button variant="default" onClick={list.clear}>
      Clear the filters
    </Button>
  )
  if (list.filter('status') === 'DEACTIVATED' && list.search === '')
    return (
      <Empty title="Nobody is deactivated" action={clear}>
        Whoever is removed here, or deprovisioned by your directory, is then listed with what was taken from them.
      </Empty>
    )
  if (list.filter('status') !== undefined)
    return (
      <Empty title="Nobody matches" action={clear}>
        The search and the filters leave no one.
      </Empty>
    )
  return (
    <Empty
      title="Nobody matches"
      action={
        <>
          {clear}
          <Button variant="default" onClick={() => list.setFilter('status', 'DEACTIVATED')}>
            Look among the deactivated
          </Button>
        </>
      }
    >
      The search and the filters leave no one who is active. Whoever was removed is still found among the deactivated.
    </Empty>
  )
}

const STATUSES = [
  { value: 'DEACTIVATED', label: 'Deactivated' },
  { value: 'ALL', label: 'Active and deactivated' },
]

const COLUMNS: readonly Column<UserView>[] = [
  { title: 'Name', sort: 'name', cell: ({ name }) => <bdi>{name}</bdi>, width: '17%' },
  { title: 'E-mail', sort: 'email', cell: ({ email }) => <bdi>{email}</bdi>, width: '24%' },
  { title: 'Roles', cell: ({ roles }) => few(roles.map(roleName)), width: '14%' },
  { title: 'Source', cell: ({ source }) => <span className={classes.oneLine}>{sourceName(source)}</span> },
  {
    title: 'Status',
    cell: ({ status }) => (
      <Status tone={status === 'ACTIVE' ? 'good' : 'idle'}>{status === 'ACTIVE' ? 'Active' : 'Deactivated'}</Status>
    ),
  },
  { title: 'Teams', cell: ({ teams }) => few(teams.map(({ name }) => name)), width: '14%' },
  { title: 'Joined', sort: 'joinedAt', cell: ({ joinedAt }) => <TimeAgo value={joinedAt} isShort /> },
  { title: 'Last active', cell: ({ lastActiveAt }) => <TimeAgo value={lastActiveAt} isShort /> },
]

const SHOWN = 2

/** The first of several names and how many more there are; all of them on hover. */
function few(names: readonly string[]) {
  if (names.length === 0) return '–'
  const shown = names.slice(0, SHOWN).join(', ')
  const more = names.length - SHOWN
  return (
    <bdi {...(more > 0 ? { title: names.join(', ') } : {})}>
      {shown}
      {more > 0 && ` +${more}`}
    </bdi>
  )
}
