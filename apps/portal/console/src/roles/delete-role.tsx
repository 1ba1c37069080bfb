import { Stack, Text } from '@mantine/core'
import { DangerDialog } from '@muster/console-kit/danger-dialog.tsx'
import { toldDone } from '@muster/console-kit/toasts.ts'
import { counted } from '../users/user-words.ts'
import { isUsed, RoleUses } from './role-uses.tsx'
import { deleteRole, type RoleDetail, refreshRoles } from './roles-queries.ts'

/** Before a role is deleted: what holds it has to let go first, so that nobody loses access unseen. */
export function DeleteRole({
  role,
  onClose,
  onDeleted,
}: {
  readonly role: RoleDetail
  readonly onClose: () => void
  readonly onDeleted: () => void
}) {
  const tag = role.tag ?? ''
  return (
    <DangerDialog
      title={`Delete the role ${role.name}?`}
      verb="Delete role"
      onClose={onClose}
      onConfirm={async () => {
        await deleteRole(tag)
        toldDone(`The role ${role.name} was deleted`)
        onDeleted()
        void refreshRoles()
      }}
    >
      <Stack gap="sm">
        {isUsed(role.uses) ? (
          <>
            <Text size="sm">
              It is held by <RoleUses tag={tag} uses={role.uses} />.
            </Text>
            <Text size="sm">
              A role that something holds is not deleted: take it from them first, so that nobody loses access unseen.
            </Text>
          </>
        ) : (
          <Text size="sm">
            Nobody and nothing holds it. Its description and its{' '}
            {counted(role.permissions.length, 'permission', 'permissions')} are gone for good; the identifier is free
            again.
          </Text>
        )}
      </Stack>
    </DangerDialog>
  )
}
