import { Button, Code, Text } from '@mantine/core'
import { type Column, DataTable } from '@muster/console-kit/data-table.tsx'
import { ListBar } from '@muster/console-kit/list-bar.tsx'
import { PAGE_SIZE, useListState } from '@muster/console-kit/list-state.ts'
import { Page } from '@muster/console-kit/page.tsx'
import { Empty } from '@muster/console-kit/states.tsx'
import { Status } from '@muster/console-kit/status.tsx'
import { useUrl } from '@muster/console-kit/url.tsx'
import { useMemo } from 'react'
import { useMe } from '../me.tsx'
import { PERMISSION } from '../permissions.ts'
import { NewTeamPanel } from './new-team-panel.tsx'
import { FILTERS, isIn, shownTeams } from './team-list.ts'
import { hrefOfTeam, isDirectorys, membersOf, type TeamView, useTeams } from './team-queries.ts'

/** The panel of a team that is not there yet. */
const NEW = 'new'

export function TeamsPage() {
  const me = useMe()
  const list = useListState({ sort: 'name', filters: FILTERS })
  const { go } = useUrl()
  const { data, error, refetch } = useTeams()
  const userId = me.user?.id
  const shown = useMemo(() => (data ? shownTeams(data, list, userId) : undefined), [data, list, userId])
  const mayCreate = me.may(PERMISSION.editEntities)
  const create = (
    <Button component="a" href={list.hrefOfOpen(NEW)}>
      Create team
    </Button>
  )
  const isOpen = mayCreate && list.open === NEW
  return (
    <Page
      title="Teams"
      description="Who works together. Some teams are kept by hand; some by your directory, over SCIM."
      {...(mayCreate ? { actions: create } : {})}
    >
      <ListBar list={list} searchLabel="Search by name or identifier" filters={CHOICES} />
      <DataTable
        label="Teams"
        columns={columns(userId)}
        query={{ rows: shown?.slice(list.page * PAGE_SIZE, (list.page + 1) * PAGE_SIZE), error, refetch }}
        keyOf={({ id }) => id}
        hrefOf={({ teamTag }) => hrefOfTeam(teamTag)}
        sort={{ now: list.sort, hrefOf: list.hrefOfSort }}
        {...(shown
          ? { paging: { page: list.page, pageSize: PAGE_SIZE, total: shown.length, hrefOfPage: list.hrefOfPage } }
          : {})}
        empty={
          list.isFiltered ? (
            <Empty
              title="No team matches"
              action={
                <Button variant="default" onClick={list.clear}>
                  Clear the filters
                </Button>
              }
            >
              Search looks at names and identifiers.
            </Empty>
          ) : (
            <Empty title="No teams yet" {...(mayCreate ? { action: create } : {})}>
              {mayCreate
                ? 'Create one by hand, or let your directory send its groups over SCIM.'
                : 'Someone with “Edit Entities” can create one, or your directory sends its groups over SCIM.'}
            </Empty>
          )
        }
      />
      {isOpen && <NewTeamPanel onClose={() => go(list.hrefOfOpen(undefined))} />}
    </Page>
  )
}

const CHOICES = [
  { name: 'whose', label: 'Membership', options: [{ value: 'mine', label: 'My teams' }] },
  {
    name: 'type',
    label: 'Source',
    options: [
      { value: 'IDP', label: 'SCIM' },
      { value: 'CORTEX', label: 'By hand' },
    ],
  },
  { name: 'archived', label: 'State', options: [{ value: 'yes', label: 'Archived' }] },
]

const columns = (userId: string | undefined): readonly Column<TeamView>[] => [
  { title: 'Name', sort: 'name', cell: ({ metadata }) => metadata.name },
  { title: 'Identifier', width: '170px', cell: ({ teamTag }) => <Code>{teamTag}</Code> },
  {
    title: 'Description',
    width: '240px',
    cell: ({ metadata: { description } }) => (
      <Text size="sm" c="dimmed" lineClamp={1} {...(description ? { title: description } : {})}>
        {description || '–'}
      </Text>
    ),
  },
  { title: 'Source', width: '110px', cell: (team) => (isDirectorys(team) ? 'SCIM' : 'By hand') },
  {
    title: 'You',
    width: '110px',
    cell: (team) => (isIn(team, userId) ? <Status tone="good">Member</Status> : '–'),
  },
  { title: 'Members', width: '110px', isNumber: true, sort: 'members', cell: (team) => membersOf(team).length },
]
