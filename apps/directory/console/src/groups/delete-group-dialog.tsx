import { Text } from '@mantine/core'
import { queryClient } from '@muster/console-kit/console-root.tsx'
import { DangerDialog, Losses } from '@muster/console-kit/danger-dialog.tsx'
import { toldDone } from '@muster/console-kit/toasts.ts'
import { useUrl } from '@muster/console-kit/url.tsx'
import { useQuery } from '@tanstack/react-query'
import { useAppsOf } from '../principals/app-states.ts'
import { NextCycles } from '../principals/effect.tsx'
import { type DirectoryGroup, deleteGroup, memberCountQuery } from './group-queries.ts'

/** Deleting moves a group to Deleted groups: what its members lose, and until when it can be undone. */
export function DeleteGroupDialog({
  group,
  onClose,
}: {
  readonly group: DirectoryGroup
  readonly onClose: () => void
}) {
  const { go } = useUrl()
  const members = useQuery(memberCountQuery(group.id)).data
  const assigned = useAppsOf(group).data?.filter(({ reason }) => reason.by === 'themselves') ?? []
  return (
    <DangerDialog
      title={`Delete ${group.displayName}?`}
      verb="Delete group"
      onClose={onClose}
      onConfirm={async () => {
        await deleteGroup(group.id)
        toldDone(`${group.displayName} was deleted`)
        go('/groups', { replace: true })
        queryClient.removeQueries({ queryKey: ['group', group.id] })
      }}
    >
      <Text size="sm">These are lost:</Text>
      <Losses
        items={[
          {
            what:
              members === 1 ? '1 membership' : `${members === undefined ? 'All' : count.format(members)} memberships`,
            names: 'the people themselves stay',
          },
          ...(assigned.length > 0
            ? [
                {
                  what: assigned.length === 1 ? '1 assignment' : `${assigned.length} assignments`,
                  names: `to ${assigned.map(({ state }) => state.app.displayName).join(', ')}: whoever is there only by this group loses the account`,
                },
              ]
            : []),
        ]}
      />
      <NextCycles>the group is deleted there.</NextCycles>
      <Text size="sm" c="dimmed">
        For 30 days it is under Deleted groups and can be restored with its members and assignments. Then it is gone for
        good.
      </Text>
    </DangerDialog>
  )
}

const count = new Intl.NumberFormat('en')
