import { ActionIcon, Tooltip } from '@mantine/core'
import { Facts } from '@muster/console-kit/facts.tsx'
import { Section } from '@muster/console-kit/page.tsx'
import { Loaded } from '@muster/console-kit/states.tsx'
import { useQueryParams } from '@muster/console-kit/url.tsx'
import { IconPencil } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import type { JobView } from '../../../contract/synchronization.ts'
import { AppFrame } from '../apps/app-frame.tsx'
import type { EnterpriseApp } from '../apps/app-queries.ts'
import { BasicsPanel } from './basics-panel.tsx'
import classes from './form.module.css'
import { intervalWords } from './job-words.ts'
import { ProvisioningFrame } from './provisioning-frame.tsx'
import { settingsQuery } from './provisioning-queries.ts'

export function PropertiesPage() {
  return (
    <AppFrame part="Properties">
      {(app) => <ProvisioningFrame app={app}>{(job) => <Properties app={app} job={job} />}</ProvisioningFrame>}
    </AppFrame>
  )
}

function Properties({ app, job }: { readonly app: EnterpriseApp; readonly job: JobView }) {
  const query = useQueryParams()
  const settings = useQuery(settingsQuery(app.id))
  return (
    <div className={classes.form}>
      <Section
        title="Basics"
        description="Who is provisioned, and how often."
        actions={
          <Tooltip label="Edit basics">
            <ActionIcon
              component="a"
              href={query.href({ edit: 'basics' })}
              variant="default"
              size="md"
              aria-label="Edit basics"
            >
              <IconPencil size={16} aria-hidden />
            </ActionIcon>
          </Tooltip>
        }
      >
        <Loaded query={settings} lines={2}>
          {(loaded) => (
            <>
              <Facts
                items={[
                  ['Scope', SCOPES[loaded.syncAll ? 'all' : 'assigned']],
                  ['Interval', `A cycle every ${intervalWords(job.schedule.interval)}`],
                ]}
              />
              {query.get('edit') === 'basics' && (
                <BasicsPanel
                  app={app}
                  job={job}
                  loaded={loaded}
                  onClose={() => query.set({ edit: undefined }, { replace: true })}
                />
              )}
            </>
          )}
        </Loaded>
      </Section>
    </div>
  )
}

const SCOPES = {
  assigned: 'Sync only assigned users and groups',
  all: 'Sync all users and groups',
} as const
