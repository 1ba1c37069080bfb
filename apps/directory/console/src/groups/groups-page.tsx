import { Button, Skeleton } from '@mantine/core'
import type { Column } from '@muster/console-kit/data-table.tsx'
import { ListBar } from '@muster/console-kit/list-bar.tsx'
import { useListState } from '@muster/console-kit/list-state.ts'
import { Page } from '@muster/console-kit/page.tsx'
import { Empty } from '@muster/console-kit/states.tsx'
import { TabLinks } from '@muster/console-kit/tab-links.tsx'
import { TimeAgo } from '@muster/console-kit/time-ago.tsx'
import { useQueryParams } from '@muster/console-kit/url.tsx'
import { IconPlus } from '@tabler/icons-react'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { GraphTable } from '../graph-table.tsx'
import { useMe } from '../me.tsx'
import { Needs } from '../needs.tsx'
import { type DirectoryGroup, groupAddress, groupsQuery, groupType, memberCountQuery } from './group-queries.ts'
import { NewGroupPanel } from './new-group-panel.tsx'

export function GroupsPage() {
  return (
    <Needs right="readsDirectory" title="Groups">
      <Groups />
    </Needs>
  )
}

/** What stands around both lists of groups: those that are here, and those that were deleted. */
export function GroupsFrame({ actions, children }: { readonly actions?: ReactNode; readonly children: ReactNode }) {
  return (
    <Page
      title="Groups"
      description="Who belongs together: assigned to an app, a group stands for its direct members."
      actions={actions}
    >
      <TabLinks
        label="Groups"
        links={[
          { label: 'All groups', href: '/groups', isExact: true },
          { label: 'Deleted groups', href: '/groups/deleted' },
        ]}
      />
      {children}
    </Page>
  )
}

function Groups() {
  const me = useMe()
  const list = useListState({ sort: 'displayName' })
  const query = useQueryParams()
  const after = query.get('after')
  const answer = useQuery({
    ...groupsQuery({ search: list.search.trim(), sort: list.sort, after }),
    placeholderData: keepPreviousData,
  })
  const isNone = answer.data?.value.length === 0 && !list.isFiltered
  const add = me.may.writesDirectory && (
    <Button component="a" href={query.href({ new: 'yes' })} leftSection={<IconPlus size={16} aria-hidden />}>
      New group
    </Button>
  )
  return (
    <GroupsFrame actions={!isNone && add}>
      <ListBar list={list} searchLabel="Search by name" />
      <GraphTable
        label="Groups"
        columns={COLUMNS}
        list={list}
        answer={answer}
        hrefOf={({ id }) => groupAddress(id)}
        unmatched={{
          title: 'No group fits',
          hint: 'The search looks at the beginning of each word of a group’s name. Deleted ones are under Deleted groups.',
        }}
        none={
          <Empty title="No group yet" action={add}>
            A group is assigned to an app once, and whoever joins or leaves it is provisioned or deprovisioned with the
            next cycle.
          </Empty>
        }
      />
      {me.may.writesDirectory && query.get('new') === 'yes' && (
        <NewGroupPanel onClose={() => query.set({ new: undefined }, { replace: true })} />
      )}
    </GroupsFrame>
  )
}

const COLUMNS: readonly Column<DirectoryGroup>[] = [
  { title: 'Name', sort: 'displayName', width: '28%', cell: ({ displayName }) => <bdi>{displayName}</bdi> },
  { title: 'Description', cell: ({ description }) => (description === null ? '–' : <bdi>{description}</bdi>) },
  { title: 'Type', width: '130px', cell: groupType },
  { title: 'Members', isNumber: true, width: '100px', cell: ({ id }) => <MemberCount id={id} /> },
  {
    title: 'Created',
    sort: 'createdDateTime',
    width: '150px',
    cell: ({ createdDateTime }) => <TimeAgo value={createdDateTime} />,
  },
]

const count = new Intl.NumberFormat('en')

function MemberCount({ id }: { readonly id: string }) {
  const { data, error } = useQuery(memberCountQuery(id))
  if (data !== undefined) return count.format(data)
  return error ? 'Not known' : <Skeleton height={14} width={24} my={3} display="inline-block" />
}
