import { Button, Group } from '@mantine/core'
import type { Column } from '@muster/console-kit/data-table.tsx'
import { ListBar } from '@muster/console-kit/list-bar.tsx'
import { useListState } from '@muster/console-kit/list-state.ts'
import { Empty } from '@muster/console-kit/states.tsx'
import { TimeAgo } from '@muster/console-kit/time-ago.tsx'
import { toldDone, toldFailed } from '@muster/console-kit/toasts.ts'
import { useQueryParams } from '@muster/console-kit/url.tsx'
import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { GraphTable } from '../graph-table.tsx'
import { useMe } from '../me.tsx'
import { type DeletedItem, type DeletedKind, deletedQuery, goneAt, restore } from './deleted-queries.ts'
import { PurgeDialog } from './purge-dialog.tsx'

/** What was deleted, until when it can return, and the two ways on. */
export function DeletedList({ kind }: { readonly kind: DeletedKind }) {
  const me = useMe()
  const list = useListState({ sort: '-deletedDateTime' })
  const query = useQueryParams()
  const after = query.get('after')
  const [purged, setPurged] = useState<DeletedItem>()
  const answer = useQuery({
    ...deletedQuery(kind, { search: list.search.trim(), sort: list.sort, after }),
    placeholderData: keepPreviousData,
  })
  const isNone = answer.data?.value.length === 0 && !list.isFiltered
  return (
    <>
      {!isNone && <ListBar list={list} searchLabel="Search by name" />}
      <GraphTable
        label={kind === 'user' ? 'Deleted users' : 'Deleted groups'}
        columns={[...columnsOf(kind), ...(me.may.writesDirectory ? [actions(setPurged)] : [])]}
        list={list}
        answer={answer}
        unmatched={{
          title: 'Nothing deleted fits',
          hint: 'The search looks at the beginning of each word of a name. What was deleted more than 30 days ago is gone.',
        }}
        none={
          <Empty title={kind === 'user' ? 'Nobody was deleted lately' : 'No group was deleted lately'}>
            {kind === 'user'
              ? 'Whoever is deleted is kept here for 30 days and can be restored with groups, roles, assignments and reports. Then they are gone for good.'
              : 'A deleted group is kept here for 30 days and can be restored with its members and assignments. Then it is gone for good.'}
          </Empty>
        }
      />
      {purged && <PurgeDialog kind={kind} item={purged} onClose={() => setPurged(undefined)} />}
    </>
  )
}

function columnsOf(kind: DeletedKind): readonly Column<DeletedItem>[] {
  return [
    { title: 'Name', sort: 'displayName', width: '26%', cell: ({ displayName }) => <bdi>{displayName}</bdi> },
    kind === 'user'
      ? { title: 'User principal name', cell: ({ userPrincipalName }) => userPrincipalName ?? '–' }
      : { title: 'Description', cell: ({ description }) => description ?? '–' },
    {
      title: 'Deleted',
      sort: 'deletedDateTime',
      width: '130px',
      cell: ({ deletedDateTime }) => <TimeAgo value={deletedDateTime} />,
    },
    { title: 'Gone for good', width: '130px', cell: (item) => <TimeAgo value={goneAt(item)} /> },
  ]
}

const actions = (purge: (item: DeletedItem) => void): Column<DeletedItem> => ({
  title: 'Actions',
  width: '230px',
  cell: (item) => (
    <Group gap={4} wrap="nowrap">
      <Restore item={item} />
      <Button
        variant="subtle"
        color="red"
        size="compact-sm"
        aria-label={`Delete ${item.displayName} permanently`}
        onClick={() => purge(item)}
      >
        Delete permanently
      </Button>
    </Group>
  ),
})

function Restore({ item: { id, displayName } }: { readonly item: DeletedItem }) {
  const { mutate, isPending } = useMutation({
    mutationFn: () => restore(id),
    onSuccess: () => toldDone(`${displayName} was restored, and is in connected apps after their next cycle`),
    onError: (error) => toldFailed(error, `${displayName} was not restored`),
  })
  return (
    <Button
      variant="subtle"
      size="compact-sm"
      aria-label={`Restore ${displayName}`}
      loading={isPending}
      onClick={() => mutate()}
    >
      Restore
    </Button>
  )
}
