import { Button, Text } from '@mantine/core'
import { type Column, DataTable } from '@muster/console-kit/data-table.tsx'
import { ListBar } from '@muster/console-kit/list-bar.tsx'
import { type ListState, PAGE_SIZE, useListState } from '@muster/console-kit/list-state.ts'
import { Page } from '@muster/console-kit/page.tsx'
import { SidePanel } from '@muster/console-kit/side-panel.tsx'
import { Empty } from '@muster/console-kit/states.tsx'
import { TimeAgo } from '@muster/console-kit/time-ago.tsx'
import { useUrl } from '@muster/console-kit/url.tsx'
import { useState } from 'react'
import type { AuditLogView } from '../../../contract/audit-logs.ts'
import { Needs } from '../needs.tsx'
import { PERMISSION } from '../permissions.ts'
import { entryKey, useAuditLogs, useKeyNames } from './audit-queries.ts'
import { FILTERS, searchOf } from './audit-search.ts'
import { ACTIONS, ACTOR_TYPES, actionWord, actorName, OBJECT_TYPES } from './audit-words.ts'
import { EntryPanel } from './entry-panel.tsx'
import { ActiveFilters, TypedFilters } from './typed-filters.tsx'

export function AuditLogsPage() {
  return (
    <Needs permission={PERMISSION.viewAuditLogs} title="Audit logs">
      <AuditLogs />
    </Needs>
  )
}

function AuditLogs() {
  const list = useListState({ filters: FILTERS })
  const { data, error, refetch, isPlaceholderData } = useAuditLogs(searchOf(list, PAGE_SIZE))
  const keyNames = useKeyNames()
  return (
    <Page
      title="Audit logs"
      crumbs={[{ title: 'Settings', href: '/settings' }]}
      description="Who did what in this workspace, newest first: people, keys, and directories over SCIM."
    >
      <ListBar list={list} filters={CHOICES}>
        <TypedFilters list={list} />
      </ListBar>
      <ActiveFilters list={list} />
      <DataTable
        label="Audit logs"
        columns={columns(keyNames)}
        query={{ rows: data?.logs, error, refetch, isOld: isPlaceholderData }}
        keyOf={entryKey}
        hrefOf={(entry) => list.hrefOfOpen(entryKey(entry))}
        current={list.open}
        {...(data
          ? { paging: { page: data.page, pageSize: PAGE_SIZE, total: data.total, hrefOfPage: list.hrefOfPage } }
          : {})}
        empty={
          <Empty
            title={list.isFiltered ? 'No entry matches' : 'Nothing has happened yet'}
            {...(list.isFiltered
              ? {
                  action: (
                    <Button variant="default" onClick={list.clear}>
                      Clear the filters
                    </Button>
                  ),
                }
              : {})}
          >
            {list.isFiltered
              ? 'Identifiers are compared whole: an e-mail, the name of a team, a key’s id.'
              : 'Every change of people, roles, teams, keys and settings will stand here.'}
          </Empty>
        }
      />
      {list.open !== undefined && data && (
        <OpenEntry list={list} logs={data.logs} keyNames={keyNames} open={list.open} />
      )}
    </Page>
  )
}

/** The panel of the entry that the address names. It stays when newer entries push it off the page. */
function OpenEntry({
  list,
  logs,
  keyNames,
  open,
}: {
  readonly list: ListState
  readonly logs: readonly AuditLogView[]
  readonly keyNames: ReadonlyMap<string, string>
  readonly open: string
}) {
  const { go } = useUrl()
  const close = () => go(list.hrefOfOpen(undefined))
  const found = logs.find((entry) => entryKey(entry) === open)
  const [last, setLast] = useState(found)
  if (found && found !== last) setLast(found)
  const shown = found ?? (last && entryKey(last) === open ? last : undefined)
  if (shown) return <EntryPanel entry={shown} keyNames={keyNames} onClose={close} />
  return (
    <SidePanel title="Audit log entry" onClose={close}>
      <Empty title="This entry is not on this page of the list">
        Newer entries may have moved it to a later page, or the filters leave it out.
      </Empty>
    </SidePanel>
  )
}

const optionsOf = (words: Readonly<Record<string, string>>) =>
  Object.entries(words).map(([value, label]) => ({ value, label }))

const CHOICES = [
  { name: 'actions', label: 'Action type', options: optionsOf(ACTIONS).filter(({ value }) => value !== 'READ') },
  { name: 'objectTypes', label: 'Object type', options: optionsOf(OBJECT_TYPES) },
  { name: 'actorTypes', label: 'Actor type', options: optionsOf(ACTOR_TYPES) },
]

const columns = (keyNames: ReadonlyMap<string, string>): readonly Column<AuditLogView>[] => [
  {
    title: 'Actor',
    width: '260px',
    cell: (entry) => (
      <>
        {actorName(entry, keyNames)}{' '}
        {(entry.actorType === 'API_KEY' || entry.actorType === 'PERSONAL_API_KEY') && (
          <Text size="xs" c="dimmed" component="span" fw={400}>
            {ACTOR_TYPES[entry.actorType]}
          </Text>
        )}
      </>
    ),
  },
  { title: 'Action type', width: '190px', cell: (entry) => actionWord(entry) },
  { title: 'Object type', width: '160px', cell: ({ objectType }) => OBJECT_TYPES[objectType] ?? objectType },
  { title: 'Object identifier', cell: ({ objectIdentifier }) => objectIdentifier },
  { title: 'Date', width: '130px', cell: ({ timestamp }) => <TimeAgo value={timestamp} /> },
]
