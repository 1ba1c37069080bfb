import { Text } from '@mantine/core'
import { queryClient } from '@muster/console-kit/console-root.tsx'
import { DangerDialog, Losses } from '@muster/console-kit/danger-dialog.tsx'
import { toldDone } from '@muster/console-kit/toasts.ts'
import { useUrl } from '@muster/console-kit/url.tsx'
import { NextCycles } from '../principals/effect.tsx'
import { AdminWarning } from './admin-warning.tsx'
import { deleteUser } from './user-changes.ts'
import type { User } from './user-queries.ts'

/** Deleting moves somebody to Deleted users: what ends now, what ends at the next cycle, what can be undone. */
export function DeleteUserDialog({ user, onClose }: { readonly user: User; readonly onClose: () => void }) {
  const { go } = useUrl()
  return (
    <DangerDialog
      title={`Delete ${user.displayName}?`}
      verb="Delete user"
      onClose={onClose}
      onConfirm={async () => {
        await deleteUser(user.id)
        toldDone(`${user.displayName} was deleted`)
        go('/users', { replace: true })
        queryClient.removeQueries({ queryKey: ['user', user.id] })
      }}
    >
      <AdminWarning user={user} />
      <Text size="sm">At once, in this directory:</Text>
      <Losses
        items={[
          { what: 'All sessions and refresh tokens', names: 'end, and a new sign-in is refused' },
          { what: 'The person', names: 'is no longer in lists, groups and assignments' },
        ]}
      />
      <NextCycles>
        an account that they have there is deprovisioned, and with it what the app ends: sessions, roles, tokens.
      </NextCycles>
      <Text size="sm" c="dimmed">
        For 30 days the person is under Deleted users and can be restored with groups, roles, assignments and reports.
        Then they are gone for good.
      </Text>
    </DangerDialog>
  )
}
