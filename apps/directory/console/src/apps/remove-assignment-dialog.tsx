import { Text } from '@mantine/core'
import { queryClient } from '@muster/console-kit/console-root.tsx'
import { DangerDialog, Losses } from '@muster/console-kit/danger-dialog.tsx'
import { TimeAgo } from '@muster/console-kit/time-ago.tsx'
import { toldDone } from '@muster/console-kit/toasts.ts'
import { useQuery } from '@tanstack/react-query'
import { isConnected, jobQuery, settingsQuery } from '../provisioning/provisioning-queries.ts'
import type { EnterpriseApp } from './app-queries.ts'
import { type Assignment, unassign } from './assignment-queries.ts'

/** Taking an assignment away ends access in the app at the next cycle: said before it is done. */
export function RemoveAssignmentDialog({
  app,
  assignment,
  onClose,
}: {
  readonly app: EnterpriseApp
  readonly assignment: Assignment
  readonly onClose: () => void
}) {
  const { principalDisplayName: name, principalType } = assignment
  const job = useQuery(jobQuery(app.id)).data
  const settings = useQuery(settingsQuery(app.id)).data
  const next = job?.status.nextExecution?.timeDue
  return (
    <DangerDialog
      title={`Remove ${name} from ${app.displayName}?`}
      verb={`Remove ${shortName(name)}`}
      onClose={onClose}
      onConfirm={async () => {
        await unassign(app.id, assignment.id)
        toldDone(`${name} was removed from ${app.displayName}`)
        await queryClient.invalidateQueries({ queryKey: ['assignments', app.id] })
      }}
    >
      {settings?.syncAll ? (
        <Text size="sm">
          Nobody loses anything: the scope of this app is all users and groups, so that an assignment makes no
          difference. {principalType === 'User' ? 'The person stays' : 'The group and its members stay'} provisioned.
        </Text>
      ) : (
        <>
          <Text size="sm">
            {isConnected(job) ? (
              <>
                At the next cycle
                {next ? (
                  <>
                    {' '}
                    (<TimeAgo value={next} />)
                  </>
                ) : (
                  ', once provisioning is started,'
                )}{' '}
                these are lost in {app.displayName}:
              </>
            ) : (
              `Nothing is provisioned yet, so nothing is lost in ${app.displayName}. Once it is, these would be without:`
            )}
          </Text>
          <Losses
            items={
              principalType === 'User'
                ? [
                    { what: `The account of ${name}`, names: 'is disabled: it can’t be used any more' },
                    {
                      what: 'Sessions, roles, team memberships and tokens',
                      names: 'as the application ends them with the account',
                    },
                  ]
                : [
                    { what: `The group ${name}`, names: 'is deleted there' },
                    {
                      what: 'The accounts of its direct members',
                      names: 'are disabled, unless they are assigned in another way too',
                    },
                  ]
            }
          />
          <Text size="sm" c="dimmed">
            {principalType === 'User'
              ? 'Whoever is also a direct member of an assigned group stays. Assigned again, the account is enabled again.'
              : 'Assigned again, the group is made anew and the accounts are enabled again.'}
          </Text>
        </>
      )}
    </DangerDialog>
  )
}

/** A name that fits on a button. */
const shortName = (name: string): string => (name.length <= 32 ? name : `${name.slice(0, 30).trimEnd()}…`)
