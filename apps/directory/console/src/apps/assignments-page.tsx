import { Anchor, Button, Text } from '@mantine/core'
import type { Column } from '@muster/console-kit/data-table.tsx'
import { ListBar } from '@muster/console-kit/list-bar.tsx'
import { useListState } from '@muster/console-kit/list-state.ts'
import { Empty } from '@muster/console-kit/states.tsx'
import { TimeAgo } from '@muster/console-kit/time-ago.tsx'
import { useQueryParams } from '@muster/console-kit/url.tsx'
import { IconPlus } from '@tabler/icons-react'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { GraphTable } from '../graph-table.tsx'
import { settingsQuery } from '../provisioning/provisioning-queries.ts'
import { AddAssignmentsPanel } from './add-assignments-panel.tsx'
import { AppFrame } from './app-frame.tsx'
import { appAddress, type EnterpriseApp } from './app-queries.ts'
import { type Assignment, assignmentsQuery } from './assignment-queries.ts'
import classes from './assignments-page.module.css'
import { KindIcon } from './kind-icon.tsx'
import { RemoveAssignmentDialog } from './remove-assignment-dialog.tsx'

export function AssignmentsPage() {
  return <AppFrame part="Users and groups">{(app) => <Assignments app={app} />}</AppFrame>
}

const TYPES = [
  { value: 'User', label: 'Users' },
  { value: 'Group', label: 'Groups' },
]

function Assignments({ app }: { readonly app: EnterpriseApp }) {
  const list = useListState({ sort: 'principalDisplayName', filters: ['type'] })
  const query = useQueryParams()
  const after = query.get('after')
  const [removed, setRemoved] = useState<Assignment>()
  const asked = { search: list.search, sort: list.sort, type: list.filter('type'), after }
  const answer = useQuery({
    ...assignmentsQuery(app.id, asked),
    placeholderData: keepPreviousData,
  })
  const isEmpty = answer.data?.value.length === 0 && !list.isFiltered
  const add = (
    <Button
      component="a"
      href={query.href({ add: 'yes' })}
      leftSection={<IconPlus size={16} aria-hidden />}
      className={classes.add ?? ''}
    >
      Add user/group
    </Button>
  )
  return (
    <>
      <EveryoneIsIn app={app} />
      {!isEmpty && (
        <ListBar list={list} searchLabel="Search by name" filters={[{ name: 'type', label: 'Type', options: TYPES }]}>
          {add}
        </ListBar>
      )}
      <GraphTable
        label="Users and groups"
        columns={columns(setRemoved)}
        list={list}
        answer={answer}
        hrefOf={({ principalId, principalType }) =>
          `/${principalType === 'User' ? 'users' : 'groups'}/${encodeURIComponent(principalId)}`
        }
        unmatched={{
          title: 'Nobody assigned fits',
          hint: 'The search looks at the beginning of the name of a person or group.',
        }}
        none={
          <Empty title="Nobody is assigned yet" action={add}>
            Whoever is assigned, directly or as a direct member of an assigned group, gets an account in{' '}
            {app.displayName} at the next cycle. Members of nested groups don’t.
          </Empty>
        }
      />
      {query.get('add') === 'yes' && (
        <AddAssignmentsPanel app={app} onClose={() => query.set({ add: undefined }, { replace: true })} />
      )}
      {removed && <RemoveAssignmentDialog app={app} assignment={removed} onClose={() => setRemoved(undefined)} />}
    </>
  )
}

/** Assignments make no difference while everyone is provisioned. */
function EveryoneIsIn({ app }: { readonly app: EnterpriseApp }) {
  const settings = useQuery(settingsQuery(app.id)).data
  if (!settings?.syncAll) return null
  return (
    <Text size="sm">
      Everyone in this directory is provisioned to {app.displayName}, assigned or not: its scope is all users and
      groups. That is set under{' '}
      <Anchor underline="always" href={`${appAddress(app.id)}/provisioning/properties`}>
        Properties
      </Anchor>{' '}
      of its provisioning.
    </Text>
  )
}

const columns = (remove: (assignment: Assignment) => void): readonly Column<Assignment>[] => [
  {
    title: 'Name',
    sort: 'principalDisplayName',
    cell: ({ principalDisplayName, principalType }) => (
      <span className={classes.name}>
        <KindIcon type={principalType} />
        <bdi>{principalDisplayName}</bdi>
      </span>
    ),
  },
  { title: 'Type', width: '120px', cell: ({ principalType }) => principalType },
  {
    title: 'Assigned',
    sort: 'createdDateTime',
    width: '160px',
    cell: ({ createdDateTime }) => <TimeAgo value={createdDateTime} />,
  },
  {
    title: 'Action',
    width: '110px',
    cell: (assignment) => (
      <Button
        variant="subtle"
        color="gray"
        size="compact-sm"
        className={classes.remove ?? ''}
        aria-label={`Remove ${assignment.principalDisplayName}`}
        onClick={() => remove(assignment)}
      >
        Remove
      </Button>
    ),
  },
]
