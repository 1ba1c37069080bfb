import { Text } from '@mantine/core'
import { DangerDialog, Losses } from '@muster/console-kit/danger-dialog.tsx'
import { toldDone } from '@muster/console-kit/toasts.ts'
import { type DeletedItem, type DeletedKind, purge } from './deleted-queries.ts'

/** Nothing brings back what is taken away for good, so its name is typed. */
export function PurgeDialog({
  kind,
  item: { id, displayName },
  onClose,
}: {
  readonly kind: DeletedKind
  readonly item: DeletedItem
  readonly onClose: () => void
}) {
  return (
    <DangerDialog
      title={`Delete ${displayName} permanently?`}
      verb="Delete permanently"
      typed={displayName}
      onClose={onClose}
      onConfirm={async () => {
        await purge(id)
        toldDone(`${displayName} was deleted permanently`)
      }}
    >
      <Text size="sm">Nothing brings these back:</Text>
      <Losses
        items={
          kind === 'user'
            ? [
                { what: 'The person', names: 'with every property and the password' },
                { what: 'Groups, directory roles and assignments', names: 'and being somebody’s manager' },
                { what: 'Accounts in connected apps', names: 'are deleted there at the next cycle' },
              ]
            : [
                { what: 'The group', names: 'with every property' },
                { what: 'Its memberships and assignments', names: 'the members themselves stay' },
                { what: 'The group in connected apps', names: 'is deleted there at the next cycle' },
              ]
        }
      />
    </DangerDialog>
  )
}
