import { Text } from '@mantine/core'
import { DangerDialog } from '@muster/console-kit/danger-dialog.tsx'
import { toldDone } from '@muster/console-kit/toasts.ts'
import { useAppsOf } from '../principals/app-states.ts'
import { NextCycles } from '../principals/effect.tsx'
import { type DirectoryGroup, type Member, removeMember } from './group-queries.ts'

/** Leaving a group ends access in the apps that the group is assigned to: said before it is done. */
export function RemoveMemberDialog({
  group,
  member,
  onClose,
}: {
  readonly group: DirectoryGroup
  readonly member: Member
  readonly onClose: () => void
}) {
  const assigned = useAppsOf(group).data?.filter(({ reason }) => reason.by === 'themselves')
  const isUser = member['@odata.type'] === '#microsoft.graph.user'
  return (
    <DangerDialog
      title={`Remove ${member.displayName} from ${group.displayName}?`}
      verb="Remove member"
      onClose={onClose}
      onConfirm={async () => {
        await removeMember(group.id, member.id)
        toldDone(`${member.displayName} was removed from ${group.displayName}`)
      }}
    >
      {isUser && assigned?.length === 0 && (
        <Text size="sm">
          The group is assigned to no app, so that the person loses only what the group itself stands for there.
        </Text>
      )}
      {isUser && assigned && assigned.length > 0 && (
        <Text size="sm">
          The group is assigned to {assigned.map(({ state }) => state.app.displayName).join(', ')}. Whoever is there
          only by this group loses the account.
        </Text>
      )}
      <NextCycles>the membership is taken away there{isUser ? '' : ', where the group is provisioned'}.</NextCycles>
      <Text size="sm" c="dimmed">
        {isUser
          ? 'Added again, the person is back with the cycle after.'
          : 'The members of the removed group stay in it.'}
      </Text>
    </DangerDialog>
  )
}
