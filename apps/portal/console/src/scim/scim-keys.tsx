import { Group, Text } from '@mantine/core'
import { type Column, DataTable } from '@muster/console-kit/data-table.tsx'
import { Expiry } from '@muster/console-kit/expiry-field.tsx'
import { Section } from '@muster/console-kit/page.tsx'
import { TimeAgo } from '@muster/console-kit/time-ago.tsx'
import { LastFour } from '../api-keys/last-four.tsx'
import { roleName } from '../roles/role-names.ts'
import { type ScimKey, useScimKeys } from './scim-queries.ts'

/** The keys that a directory can speak with, and when each did. */
export function ScimKeys() {
  const { isAllowed, keys, error, refetch } = useScimKeys()
  if (!isAllowed) return null
  return (
    <Section title="Keys that can speak SCIM" description="API keys whose roles hold all three permissions.">
      <DataTable
        label="Keys that can speak SCIM"
        columns={COLUMNS}
        query={{ rows: keys, error, refetch }}
        keyOf={({ cid }) => cid}
        hrefOf={({ cid }) => `/settings/api-keys?open=${encodeURIComponent(cid)}`}
        empty={
          <Text size="sm" c="dimmed">
            No key can speak SCIM yet. “Create SCIM key” makes one with just what a directory needs.
          </Text>
        }
      />
    </Section>
  )
}

const COLUMNS: readonly Column<ScimKey>[] = [
  { title: 'Name', cell: ({ name }) => name },
  {
    title: 'Roles',
    cell: ({ roles, isBroad }) => (
      <Group gap={6}>
        <span>{roles.map(roleName).join(', ')}</span>
        {isBroad && (
          <Text size="xs" c="dimmed" component="span">
            more than SCIM needs
          </Text>
        )}
      </Group>
    ),
  },
  { title: 'Key', width: '96px', cell: ({ last4 }) => <LastFour last4={last4} /> },
  { title: 'Last used', width: '130px', cell: ({ lastUsedDate }) => <TimeAgo value={lastUsedDate} /> },
  { title: 'Expires', width: '150px', cell: ({ expirationDate }) => <Expiry value={expirationDate} /> },
]
