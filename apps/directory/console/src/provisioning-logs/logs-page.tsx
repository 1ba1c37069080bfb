import { Page } from '@muster/console-kit/page.tsx'
import { Needs } from '../needs.tsx'
import { LogList } from './log-list.tsx'

/** What became of everybody, in all apps. */
export function LogsPage() {
  return (
    <Needs right="readsLogs" title="Provisioning logs">
      <Page
        title="Provisioning logs"
        description="What became of each person and group in each cycle, newest first: what was sent, what failed and why."
      >
        <LogList />
      </Page>
    </Needs>
  )
}
