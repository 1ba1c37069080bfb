import { AppFrame } from '../apps/app-frame.tsx'
import { ProvisioningFrame } from '../provisioning/provisioning-frame.tsx'
import { LogList } from './log-list.tsx'

/** What became of everybody in one app. */
export function AppLogsPage() {
  return (
    <AppFrame part="Provisioning logs">
      {(app) => <ProvisioningFrame app={app}>{() => <LogList appId={app.id} />}</ProvisioningFrame>}
    </AppFrame>
  )
}
