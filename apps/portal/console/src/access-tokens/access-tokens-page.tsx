import { Button, Code, Stack, Text } from '@mantine/core'
import { DangerDialog } from '@muster/console-kit/danger-dialog.tsx'
import { type Column, DataTable } from '@muster/console-kit/data-table.tsx'
import { Expiry } from '@muster/console-kit/expiry-field.tsx'
import { useListState } from '@muster/console-kit/list-state.ts'
import { Page } from '@muster/console-kit/page.tsx'
import { Empty } from '@muster/console-kit/states.tsx'
import { exactTime, TimeAgo } from '@muster/console-kit/time-ago.tsx'
import { toldDone } from '@muster/console-kit/toasts.ts'
import { useUrl } from '@muster/console-kit/url.tsx'
import { useState } from 'react'
import { GuardedSecret } from '../api-keys/credential-fields.tsx'
import { LastFour } from '../api-keys/last-four.tsx'
import { NewTokenPanel } from './new-token-panel.tsx'
import {
  type AccessTokenCreated,
  type AccessTokenView,
  deleteAccessToken,
  refreshAccessTokens,
  useAccessTokens,
} from './token-queries.ts'

/** The panel of a token that is not there yet. */
const NEW = 'new'

export function AccessTokensPage() {
  const list = useListState()
  const { go } = useUrl()
  const { data, error, refetch } = useAccessTokens()
  const [created, setCreated] = useState<AccessTokenCreated>()
  const [leaving, setLeaving] = useState<AccessTokenView>()
  const close = () => go(list.hrefOfOpen(undefined))
  const create = (
    <Button component="a" href={list.hrefOfOpen(NEW)}>
      Create new token
    </Button>
  )
  return (
    <Page
      title="My access tokens"
      crumbs={[{ title: 'Settings', href: '/settings' }]}
      description="Call the API as yourself. A token may do what you may do, no more, and ends when your access ends."
      actions={create}
    >
      <DataTable
        label="My access tokens"
        columns={columns(setLeaving)}
        query={{ rows: data, error, refetch }}
        keyOf={({ id }) => id}
        empty={
          <Empty title="No access tokens yet" action={create}>
            A token stands for you in scripts and tools, with your own permissions as they are at that moment.
          </Empty>
        }
      />
      {list.open === NEW && (
        <NewTokenPanel
          onClose={close}
          onCreated={(token) => {
            setCreated(token)
            close()
          }}
        />
      )}
      {created && (
        <GuardedSecret
          title={`The token “${created.name}” is ready`}
          label="Personal access token"
          secret={created.token}
          onSaved={() => setCreated(undefined)}
        >
          <Stack gap={4}>
            <Text size="sm">It may do what you may do, no more, and ends when your access ends.</Text>
            <Text size="sm">
              {created.expirationDate === undefined
                ? 'It has no end of its own: delete it when you no longer need it.'
                : `It ends ${exactTime(new Date(created.expirationDate))}.`}
            </Text>
            <Text size="sm" c="dimmed">
              Send it as <Code>Authorization: Bearer …</Code>
            </Text>
          </Stack>
        </GuardedSecret>
      )}
      {leaving && (
        <DangerDialog
          title={`Delete the token “${leaving.name}”?`}
          verb="Delete token"
          onClose={() => setLeaving(undefined)}
          onConfirm={async () => {
            await deleteAccessToken(leaving.id)
            toldDone(`${leaving.name} was deleted`)
            await refreshAccessTokens()
          }}
        >
          <Text size="sm">
            Every request with the token that ends in <b>{leaving.last4}</b> is refused from then on. Nothing brings it
            back.
          </Text>
          <Text size="sm" c="dimmed">
            {leaving.lastUsedAt === undefined ? (
              'It has never been used.'
            ) : (
              <>
                Last used <TimeAgo value={leaving.lastUsedAt} isFocusable />.
              </>
            )}
          </Text>
        </DangerDialog>
      )}
    </Page>
  )
}

const columns = (onDelete: (token: AccessTokenView) => void): readonly Column<AccessTokenView>[] => [
  {
    title: 'Name',
    cell: ({ name }) => (
      <Text size="sm" fw={500}>
        {name}
      </Text>
    ),
  },
  {
    title: 'Description',
    cell: ({ description }) => (
      <Text size="sm" c="dimmed" lineClamp={2} {...(description ? { title: description } : {})}>
        {description ?? '–'}
      </Text>
    ),
  },
  { title: 'Token', width: '96px', cell: ({ last4 }) => <LastFour last4={last4} /> },
  { title: 'Created', width: '120px', cell: ({ createdAt }) => <TimeAgo value={createdAt} /> },
  { title: 'Last used', width: '120px', cell: ({ lastUsedAt }) => <TimeAgo value={lastUsedAt} /> },
  { title: 'Expires', width: '150px', cell: ({ expirationDate }) => <Expiry value={expirationDate} /> },
  {
    title: 'Actions',
    width: '96px',
    cell: (token) => (
      <Button
        size="compact-sm"
        variant="subtle"
        color="red"
        aria-label={`Delete ${token.name}`}
        onClick={() => onDelete(token)}
      >
        Delete
      </Button>
    ),
  },
]
