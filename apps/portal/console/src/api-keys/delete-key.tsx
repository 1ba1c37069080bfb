import { Text } from '@mantine/core'
import { DangerDialog, Losses } from '@muster/console-kit/danger-dialog.tsx'
import { TimeAgo } from '@muster/console-kit/time-ago.tsx'
import { toldDone } from '@muster/console-kit/toasts.ts'
import { api } from '../api.ts'
import { roleName } from '../roles/role-names.ts'
import { type ApiKeyView, pathOfKey, refreshApiKeys } from './api-key-queries.ts'

/** Says what ends with a key before it is deleted. */
export function DeleteKey({
  apiKey,
  onClose,
  onDeleted,
}: {
  readonly apiKey: ApiKeyView
  readonly onClose: () => void
  readonly onDeleted: () => void
}) {
  const { cid, name, last4, roles, lastUsedDate } = apiKey
  return (
    <DangerDialog
      title={`Delete the key “${name}”?`}
      verb="Delete key"
      onClose={onClose}
      onConfirm={async () => {
        await api(pathOfKey(cid), { method: 'DELETE' })
        toldDone(`${name} was deleted`)
        onDeleted()
        await refreshApiKeys()
      }}
    >
      <Text size="sm">
        Every request with the key that ends in <b>{last4}</b> is refused from then on. Nothing brings it back: whatever
        uses it needs a new key.
      </Text>
      <Losses items={[{ what: 'Its roles', names: roles.map(roleName).join(', ') }]} />
      <Text size="sm" c="dimmed">
        {lastUsedDate === undefined ? (
          'It has never been used.'
        ) : (
          <>
            Last used <TimeAgo value={lastUsedDate} isFocusable />.
          </>
        )}
      </Text>
    </DangerDialog>
  )
}
