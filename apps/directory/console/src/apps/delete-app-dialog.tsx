import { Text } from '@mantine/core'
import { queryClient } from '@muster/console-kit/console-root.tsx'
import { DangerDialog, Losses } from '@muster/console-kit/danger-dialog.tsx'
import { toldDone } from '@muster/console-kit/toasts.ts'
import { useUrl } from '@muster/console-kit/url.tsx'
import { useQuery } from '@tanstack/react-query'
import { isConnected, jobQuery } from '../provisioning/provisioning-queries.ts'
import { deleteApp, type EnterpriseApp } from './app-queries.ts'
import { assignmentCountQuery } from './assignment-queries.ts'

/** Nothing brings an app back, so its name is typed. */
export function DeleteAppDialog({ app, onClose }: { readonly app: EnterpriseApp; readonly onClose: () => void }) {
  const { go } = useUrl()
  const assigned = useQuery(assignmentCountQuery(app.id)).data
  const job = useQuery(jobQuery(app.id)).data
  const synced = job?.status.synchronizedEntryCountByType ?? []
  const count = (key: string) => synced.find((entry) => entry.key === key)?.value ?? 0
  const links = count('User') + count('Group')
  return (
    <DangerDialog
      title={`Delete ${app.displayName}?`}
      verb="Delete app"
      typed={app.displayName}
      onClose={onClose}
      onConfirm={async () => {
        await deleteApp(app)
        toldDone(`${app.displayName} was deleted`)
        go('/enterprise-apps', { replace: true })
        for (const kind of ['apps', 'app', 'job', 'assignments', 'provisioning-settings'])
          queryClient.removeQueries({ queryKey: kind === 'apps' ? [kind] : [kind, app.id] })
      }}
    >
      <Text size="sm">Nothing brings these back:</Text>
      <Losses
        items={[
          { what: 'The app', names: 'its name and its ids' },
          ...(assigned
            ? [{ what: assigned === 1 ? '1 assignment' : `${assigned} assignments`, names: 'of people and groups' }]
            : []),
          ...(isConnected(job) ? [{ what: 'The connection', names: 'Tenant URL, secret token, scope' }] : []),
          ...(links > 0
            ? [{ what: `${links} links`, names: 'between people and groups here and their accounts there' }]
            : []),
        ]}
      />
      <Text size="sm">
        Accounts in the application itself stay as they are: whoever is active there keeps access. To end it, take the
        assignments away first and let a cycle run.
      </Text>
    </DangerDialog>
  )
}
