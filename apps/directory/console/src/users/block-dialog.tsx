import { Text } from '@mantine/core'
import { DangerDialog, Losses } from '@muster/console-kit/danger-dialog.tsx'
import { toldDone } from '@muster/console-kit/toasts.ts'
import { NextCycles } from '../principals/effect.tsx'
import { AdminWarning } from './admin-warning.tsx'
import { changeUser } from './user-changes.ts'
import type { User } from './user-queries.ts'

/** Blocking ends what somebody is signed in with at once, and accounts elsewhere at the next cycle. */
export function BlockDialog({ user, onClose }: { readonly user: User; readonly onClose: () => void }) {
  return (
    <DangerDialog
      title={`Block sign-in of ${user.displayName}?`}
      verb="Block sign-in"
      onClose={onClose}
      onConfirm={async () => {
        await changeUser(user.id, { accountEnabled: false })
        toldDone(`Sign-in of ${user.displayName} was blocked`)
      }}
    >
      <AdminWarning user={user} />
      <Text size="sm">At once, in this directory:</Text>
      <Losses items={[{ what: 'All sessions and refresh tokens', names: 'end, and a new sign-in is refused' }]} />
      <NextCycles>
        an account that they have there is disabled, and with it what the app ends: sessions, roles, tokens.
      </NextCycles>
      <Text size="sm" c="dimmed">
        Groups, assignments and directory roles stay. Unblocked, the person signs in as before and the accounts are
        enabled again.
      </Text>
    </DangerDialog>
  )
}
