import { Button, Pill, Text } from '@mantine/core'
import { type Column, DataTable } from '@muster/console-kit/data-table.tsx'
import { ListBar } from '@muster/console-kit/list-bar.tsx'
import { type ListState, useListState } from '@muster/console-kit/list-state.ts'
import { Empty } from '@muster/console-kit/states.tsx'
import { Status } from '@muster/console-kit/status.tsx'
import { TimeAgo } from '@muster/console-kit/time-ago.tsx'
import { useQueryParams } from '@muster/console-kit/url.tsx'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import type { ProvisioningLogView } from '../../../contract/provisioning-log.ts'
import { skipTokenOf } from '../apps/app-queries.ts'
import { lengthOf } from '../provisioning/job-words.ts'
import { DayRange } from './day-range.tsx'
import classes from './log-list.module.css'
import { LogPanel } from './log-panel.tsx'
import { logsQuery } from './log-queries.ts'
import { ACTIONS, nameOf, RESULTS, saidBy } from './log-words.ts'

const FILTERS = ['status', 'action', 'from', 'to', 'cycle']

const FILTER_CHOICES = [
  {
    name: 'status',
    label: 'Status',
    options: Object.entries(RESULTS).map(([value, { word }]) => ({ value, label: word })),
  },
  {
    name: 'action',
    label: 'Action',
    options: Object.entries(ACTIONS)
      .filter(([value]) => value !== 'stagedDelete')
      .map(([value, label]) => ({ value, label })),
  },
]

/** The log, of one app or of all. An entry opens beside it. */
export function LogList({ appId }: { readonly appId?: string }) {
  const list = useListState({ filters: FILTERS })
  const query = useQueryParams()
  const after = query.get('after')
  const { data, error, refetch, isPlaceholderData } = useQuery({
    ...logsQuery({
      appId,
      cycleId: list.filter('cycle'),
      status: list.filter('status'),
      action: list.filter('action'),
      identity: list.search.trim(),
      from: list.filter('from'),
      to: list.filter('to'),
      after,
    }),
    placeholderData: keepPreviousData,
  })
  const next = skipTokenOf(data)
  const close = () => query.set({ open: undefined }, { replace: true })
  return (
    <>
      <ListBar list={list} searchLabel="Search by identity: name or object ID" filters={FILTER_CHOICES}>
        <DayRange list={list} />
      </ListBar>
      <CycleFilter list={list} />
      <DataTable
        label="Provisioning logs"
        columns={appId === undefined ? ALL_COLUMNS : COLUMNS}
        query={{ rows: data?.value, error, refetch, isOld: isPlaceholderData }}
        keyOf={({ id }) => id}
        hrefOf={({ id }) => list.hrefOfOpen(id)}
        current={list.open}
        paging={{
          firstHref: after ? query.href({ after: undefined, open: undefined }) : undefined,
          nextHref: next ? query.href({ after: next, open: undefined }) : undefined,
        }}
        empty={<NoEntries list={list} isOfApp={appId !== undefined} />}
      />
      {list.open !== undefined && (
        <LogPanel id={list.open} entry={data?.value.find(({ id }) => id === list.open)} onClose={close} />
      )}
    </>
  )
}

function NoEntries({ list, isOfApp }: { readonly list: ListState; readonly isOfApp: boolean }) {
  return list.isFiltered ? (
    <Empty
      title="No entry fits"
      action={
        <Button variant="default" onClick={list.clear}>
          Clear
        </Button>
      }
    >
      {list.filter('status') === 'failure'
        ? 'Nothing failed in what you look at.'
        : 'The search looks for a part of a name as it is written, or for a whole object ID.'}
    </Empty>
  ) : (
    <Empty title="No entry yet">
      {isOfApp
        ? 'Each cycle writes what became of each person and group that it had to do with. None has done so yet.'
        : 'Each cycle of each app writes what became of each person and group. None has done so yet.'}{' '}
      Entries are kept for 30 days.
    </Empty>
  )
}

/** The cycle whose entries are shown, when a link led here with one. */
function CycleFilter({ list }: { readonly list: ListState }) {
  const cycle = list.filter('cycle')
  if (cycle === undefined) return null
  return (
    <div>
      <Pill
        withRemoveButton
        onRemove={() => list.setFilter('cycle', undefined)}
        removeButtonProps={{ 'aria-label': 'Show all cycles', 'aria-hidden': false, tabIndex: 0 }}
      >
        Cycle {cycle.slice(0, 8)}
      </Pill>
    </div>
  )
}

const COLUMNS: readonly Column<ProvisioningLogView>[] = [
  { title: 'Date', width: '124px', cell: ({ activityDateTime }) => <TimeAgo value={activityDateTime} /> },
  {
    title: 'Identity',
    cell: ({ sourceIdentity }) => (
      <div>
        <bdi>{nameOf(sourceIdentity)}</bdi>
        <Text size="xs" c="dimmed">
          {sourceIdentity.details.UserPrincipalName ?? sourceIdentity.identityType}
        </Text>
      </div>
    ),
  },
  { title: 'Action', width: '84px', cell: ({ provisioningAction }) => ACTIONS[provisioningAction] },
  {
    title: 'Status',
    width: '208px',
    cell: ({ provisioningStatusInfo: { status, errorInformation } }) => (
      <div>
        <Status tone={RESULTS[status].tone}>{RESULTS[status].word}</Status>
        {errorInformation && status !== 'success' && (
          <Text size="xs" c="dimmed" className={classes.reason}>
            {saidBy(errorInformation) ?? errorInformation.reason}
          </Text>
        )}
      </div>
    ),
  },
  { title: 'Target', width: '150px', cell: ({ targetIdentity }) => <bdi>{targetIdentity.displayName || '–'}</bdi> },
  {
    title: 'Duration',
    isNumber: true,
    width: '84px',
    cell: ({ durationInMilliseconds }) => lengthOf(durationInMilliseconds),
  },
]

const ALL_COLUMNS: readonly Column<ProvisioningLogView>[] = [
  ...COLUMNS.slice(0, -1),
  { title: 'App', width: '130px', cell: ({ servicePrincipal }) => servicePrincipal.displayName || 'Deleted app' },
  ...COLUMNS.slice(-1),
]
