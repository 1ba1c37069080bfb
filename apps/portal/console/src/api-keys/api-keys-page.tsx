import { Button, Code, Stack, Text } from '@mantine/core'
import { type Column, DataTable } from '@muster/console-kit/data-table.tsx'
import { Expiry } from '@muster/console-kit/expiry-field.tsx'
import { PAGE_SIZE, useListState } from '@muster/console-kit/list-state.ts'
import { Page } from '@muster/console-kit/page.tsx'
import { Empty } from '@muster/console-kit/states.tsx'
import { exactTime, TimeAgo } from '@muster/console-kit/time-ago.tsx'
import { useUrl } from '@muster/console-kit/url.tsx'
import { useState } from 'react'
import { Needs } from '../needs.tsx'
import { PERMISSION } from '../permissions.ts'
import { roleName } from '../roles/role-names.ts'
import { type ApiKeyCreated, type ApiKeyView, useApiKeys } from './api-key-queries.ts'
import { GuardedSecret } from './credential-fields.tsx'
import { KeyPanel } from './key-panel.tsx'
import { LastFour } from './last-four.tsx'
import { NewKeyPanel } from './new-key-panel.tsx'

export function ApiKeysPage() {
  return (
    <Needs permission={PERMISSION.editApiKeys} title="API keys">
      <ApiKeys />
    </Needs>
  )
}

/** The panel of a key that is not there yet. */
const NEW = 'new'

function ApiKeys() {
  const list = useListState()
  const { go } = useUrl()
  const { data, error, refetch, isPlaceholderData } = useApiKeys(list.page, PAGE_SIZE)
  const [created, setCreated] = useState<ApiKeyCreated>()
  const close = () => go(list.hrefOfOpen(undefined))
  const create = (
    <Button component="a" href={list.hrefOfOpen(NEW)}>
      Create new key
    </Button>
  )
  return (
    <Page
      title="API keys"
      crumbs={[{ title: 'Settings', href: '/settings' }]}
      description="Keys for programs that call this workspace: a directory over SCIM, scripts over the API. They belong to the workspace, not to a person."
      actions={create}
    >
      <DataTable
        label="API keys"
        columns={COLUMNS}
        query={{ rows: data?.apiKeys, error, refetch, isOld: isPlaceholderData }}
        keyOf={({ cid }) => cid}
        hrefOf={({ cid }) => list.hrefOfOpen(cid)}
        current={list.open}
        {...(data
          ? { paging: { page: data.page, pageSize: PAGE_SIZE, total: data.total, hrefOfPage: list.hrefOfPage } }
          : {})}
        empty={
          <Empty title="No API keys yet" action={create}>
            A key lets a program call the API with the roles that you give it. To connect a directory, the SCIM page
            makes one with just what that needs.
          </Empty>
        }
      />
      {list.open === NEW && (
        <NewKeyPanel
          onClose={close}
          onCreated={(key) => {
            setCreated(key)
            close()
          }}
        />
      )}
      {list.open !== undefined && list.open !== NEW && <KeyPanel key={list.open} cid={list.open} onClose={close} />}
      {created && (
        <GuardedSecret
          title={`The key “${created.name}” is ready`}
          label="API key"
          secret={created.apiKey}
          onSaved={() => setCreated(undefined)}
        >
          <Stack gap={4}>
            <Text size="sm">It may do what its roles allow: {created.roles.map(roleName).join(', ')}.</Text>
            <Text size="sm">
              {created.expirationDate === undefined
                ? 'It has no end: delete it when it is no longer needed.'
                : `It ends ${exactTime(new Date(created.expirationDate))}.`}
            </Text>
            <Text size="sm" c="dimmed">
              Send it as <Code>Authorization: Bearer …</Code>
            </Text>
          </Stack>
        </GuardedSecret>
      )}
    </Page>
  )
}

const COLUMNS: readonly Column<ApiKeyView>[] = [
  { title: 'Name', cell: ({ name }) => name },
  {
    title: 'Description',
    cell: ({ description }) => (
      <Text size="sm" c="dimmed" lineClamp={2} {...(description ? { title: description } : {})}>
        {description ?? '–'}
      </Text>
    ),
  },
  { title: 'Roles', width: '150px', cell: ({ roles }) => roles.map(roleName).join(', ') },
  { title: 'Key', width: '96px', cell: ({ last4 }) => <LastFour last4={last4} /> },
  { title: 'Created', width: '120px', cell: ({ createdDate }) => <TimeAgo value={createdDate} /> },
  { title: 'Last used', width: '120px', cell: ({ lastUsedDate }) => <TimeAgo value={lastUsedDate} /> },
  { title: 'Expires', width: '150px', cell: ({ expirationDate }) => <Expiry value={expirationDate} /> },
]
