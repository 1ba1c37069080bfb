import { Button, Code, Text } from '@mantine/core'
import { type Column, DataTable } from '@muster/console-kit/data-table.tsx'
import { ListBar } from '@muster/console-kit/list-bar.tsx'
import { type ListState, useListState } from '@muster/console-kit/list-state.ts'
import { Empty } from '@muster/console-kit/states.tsx'
import { useQueryParams, useUrl } from '@muster/console-kit/url.tsx'
import { IconPlus } from '@tabler/icons-react'
import { useMe } from '../me.tsx'
import { Needs } from '../needs.tsx'
import { PERMISSIONS_TITLE, PermissionsPage } from '../permissions/permissions-page.tsx'
import { PERMISSION } from '../permissions.ts'
import { CreateRole } from './create-role.tsx'
import { NEW_ROLE, roleAddress } from './role-choices.ts'
import { RolePanel } from './role-panel.tsx'
import { type RoleDefinition, useRoles } from './roles-queries.ts'

const FILTERS = ['type']

export function RolesPage() {
  return (
    <Needs permission={PERMISSION.viewRoles} title={PERMISSIONS_TITLE}>
      <Roles />
    </Needs>
  )
}

function Roles() {
  const me = useMe()
  const { go } = useUrl()
  const query = useQueryParams()
  const list = useListState({ filters: FILTERS })
  const { data, error, refetch } = useRoles()
  const mayEdit = me.may(PERMISSION.editRoles)
  const close = () => query.set({ open: undefined, edit: undefined })
  return (
    <PermissionsPage
      tab="Roles"
      actions={
        mayEdit && (
          <Button onClick={() => go(list.hrefOfOpen(NEW_ROLE))} leftSection={<IconPlus size={16} aria-hidden />}>
            Create custom role
          </Button>
        )
      }
    >
      <ListBar
        list={list}
        searchLabel="Search by name or description"
        filters={[{ name: 'type', label: 'Type', options: TYPES }]}
      />
      <DataTable
        label="Roles"
        columns={COLUMNS}
        query={{ rows: data?.filter((role) => fits(role, list)), error, refetch }}
        keyOf={roleAddress}
        hrefOf={(role) => list.hrefOfOpen(roleAddress(role))}
        current={list.open}
        empty={
          <Empty
            title={list.search === '' ? 'No custom role yet' : 'No role matches'}
            action={
              <Button variant="default" onClick={list.clear}>
                Clear the filters
              </Button>
            }
          >
            {list.search === ''
              ? 'The built-in roles are enough for many. A custom role holds exactly the permissions you choose.'
              : 'No role’s name, identifier or description holds that.'}
          </Empty>
        }
      />
      {list.open === NEW_ROLE && mayEdit && (
        <CreateRole onClose={close} onCreated={(role) => go(list.hrefOfOpen(roleAddress(role)), { replace: true })} />
      )}
      {list.open !== undefined && list.open !== NEW_ROLE && (
        <RolePanel key={list.open} address={list.open} onClose={close} />
      )}
    </PermissionsPage>
  )
}

/** Roles come whole: a workspace has dozens, and choosing among them needs no server. */
function fits({ type, name, tag = '', description }: RoleDefinition, { search, filter }: ListState): boolean {
  const wanted = search.trim().toLowerCase()
  const isOfType = filter('type') === undefined || filter('type') === type
  return isOfType && `${name} ${tag} ${description}`.toLowerCase().includes(wanted)
}

const TYPES = [
  { value: 'BASIC', label: 'Built-in' },
  { value: 'CUSTOM', label: 'Custom' },
]

const COLUMNS: readonly Column<RoleDefinition>[] = [
  { title: 'Name', cell: ({ name }) => <bdi>{name}</bdi>, width: '26%' },
  { title: 'Type', cell: ({ type }) => (type === 'CUSTOM' ? 'Custom' : 'Built-in'), width: '88px' },
  {
    title: 'Description',
    cell: ({ description }) => (
      <Text size="sm" c="dimmed" lineClamp={2} inherit>
        {description || '–'}
      </Text>
    ),
  },
  { title: 'Identifier', cell: ({ tag }) => (tag === undefined ? '–' : <Code>{tag}</Code>), width: '20%' },
  { title: 'Permissions', isNumber: true, cell: ({ permissions }) => permissions.length, width: '104px' },
]
