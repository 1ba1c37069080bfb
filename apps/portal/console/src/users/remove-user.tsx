import { Stack, Text } from '@mantine/core'
import { DangerDialog, Losses } from '@muster/console-kit/danger-dialog.tsx'
import { toldDone } from '@muster/console-kit/toasts.ts'
import { useMe } from '../me.tsx'
import { roleName } from '../roles/role-names.ts'
import { lossesOf } from './deprovisionings.tsx'
import { firstName } from './user-words.ts'
import { refreshUsers, removeUser, type UserDetail } from './users-queries.ts'

/** Before somebody's access is taken: what they lose, and what brings them back. */
export function RemoveUser({ user, onClose }: { readonly user: UserDetail; readonly onClose: () => void }) {
  const me = useMe()
  const name = firstName(user.name)
  const items = lossesOf({
    roles: user.roles.map(roleName),
    teams: user.teams.map((team) => team.name),
    accessTokens: user.accessTokens.map((token) => token.name),
    sessions: user.sessions.length,
  })
  return (
    <DangerDialog
      title={`Remove ${user.name}?`}
      verb={`Remove ${name}`}
      onClose={onClose}
      onConfirm={async () => {
        await removeUser(user.id)
        toldDone(`${user.name} was removed and has no access`)
        await refreshUsers()
      }}
    >
      <Stack gap="sm">
        {user.id === me.user?.id && (
          <Text size="sm" fw={500} c="var(--mantine-color-error)">
            This is you: you are signed out at once, and someone else has to add you again.
          </Text>
        )}
        <Text size="sm">
          {items.length === 0 ? `${name} holds nothing, and can’t come in any more.` : `${name} loses at once:`}
        </Text>
        <Losses items={items} />
        {user.source === 'SCIM' && (
          <Text size="sm" fw={500}>
            {name} came by SCIM: your directory will make them again, unless it stops provisioning them. Unassign or
            block them there first.
          </Text>
        )}
        <Text size="sm" c="dimmed">
          They come back when your directory provisions them, or when someone adds {user.email} here: with the default
          role and the teams that the directory still puts them in. Tokens and teams kept by hand do not come back.
        </Text>
      </Stack>
    </DangerDialog>
  )
}
