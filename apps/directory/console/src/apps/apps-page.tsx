import { Button, Skeleton } from '@mantine/core'
import { Copyable } from '@muster/console-kit/copyable.tsx'
import type { Column } from '@muster/console-kit/data-table.tsx'
import { ListBar } from '@muster/console-kit/list-bar.tsx'
import { useListState } from '@muster/console-kit/list-state.ts'
import { Page } from '@muster/console-kit/page.tsx'
import { Empty } from '@muster/console-kit/states.tsx'
import { Status } from '@muster/console-kit/status.tsx'
import { TimeAgo } from '@muster/console-kit/time-ago.tsx'
import { useQueryParams } from '@muster/console-kit/url.tsx'
import { IconPlus } from '@tabler/icons-react'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { GraphTable } from '../graph-table.tsx'
import { Needs } from '../needs.tsx'
import { jobStatus } from '../provisioning/job-words.ts'
import { jobQuery } from '../provisioning/provisioning-queries.ts'
import { appAddress, appsQuery, type EnterpriseApp } from './app-queries.ts'

export function AppsPage() {
  return (
    <Needs right="managesApps" title="Enterprise apps">
      <Apps />
    </Needs>
  )
}

function Apps() {
  const list = useListState({ sort: 'displayName' })
  const query = useQueryParams()
  const after = query.get('after')
  const answer = useQuery({
    ...appsQuery({ search: list.search, sort: list.sort, after }),
    placeholderData: keepPreviousData,
  })
  const isEmpty = answer.data?.value.length === 0 && !list.isFiltered
  return (
    <Page
      title="Enterprise apps"
      description="The applications that people of this directory are provisioned to."
      actions={isEmpty ? undefined : NEW}
    >
      {!isEmpty && <ListBar list={list} searchLabel="Search by name" />}
      <GraphTable
        label="Enterprise apps"
        columns={COLUMNS}
        list={list}
        answer={answer}
        hrefOf={({ id }) => appAddress(id)}
        unmatched={{
          title: 'No app begins with that',
          hint: 'The search looks at the beginning of each word of an app’s name.',
        }}
        none={
          <Empty title="No enterprise app yet" action={NEW}>
            An app stands for one application outside of this directory, such as the portal: who is assigned to it, and
            how they are provisioned there.
          </Empty>
        }
      />
    </Page>
  )
}

const NEW = (
  <Button component="a" href="/enterprise-apps/new" leftSection={<IconPlus size={16} aria-hidden />}>
    New application
  </Button>
)

const COLUMNS: readonly Column<EnterpriseApp>[] = [
  { title: 'Name', sort: 'displayName', cell: ({ displayName }) => displayName },
  { title: 'Provisioning', width: '180px', cell: ({ id }) => <ProvisioningStatus appId={id} /> },
  {
    title: 'Application ID',
    width: '352px',
    cell: ({ appId }) => <Copyable value={appId} label="Copy the application ID" />,
  },
  {
    title: 'Created',
    sort: 'createdDateTime',
    width: '150px',
    cell: ({ createdDateTime }) => <TimeAgo value={createdDateTime} />,
  },
]

function ProvisioningStatus({ appId }: { readonly appId: string }) {
  const { data, error } = useQuery({ ...jobQuery(appId), staleTime: 15_000 })
  if (error) return <span>Not known</span>
  if (data === undefined) return <Skeleton height={14} width={96} my={3} />
  const { word, tone } = jobStatus(data)
  return <Status tone={tone}>{word}</Status>
}
