import { Stack, Text, Title } from '@mantine/core'
import { Loaded } from '@muster/console-kit/states.tsx'
import { toldDone } from '@muster/console-kit/toasts.ts'
import { useUrl } from '@muster/console-kit/url.tsx'
import { useQuery } from '@tanstack/react-query'
import { AppFrame } from '../apps/app-frame.tsx'
import { appAddress, type EnterpriseApp } from '../apps/app-queries.ts'
import { ConnectionForm } from './connection-form.tsx'
import classes from './form.module.css'
import { ensureJob, provisioningChanged, saveSettings, settingsQuery } from './provisioning-queries.ts'

export function NewConfigurationPage() {
  return <AppFrame part="New provisioning configuration">{(app) => <NewConfiguration app={app} />}</AppFrame>
}

function NewConfiguration({ app }: { readonly app: EnterpriseApp }) {
  const { go } = useUrl()
  const settings = useQuery(settingsQuery(app.id))
  const address = `${appAddress(app.id)}/provisioning`
  return (
    <Stack gap="md" className={classes.form ?? ''}>
      <div>
        <Title order={2}>New provisioning configuration</Title>
        <Text size="sm" c="dimmed">
          Nothing is sent but the test until you start provisioning.
        </Text>
      </div>
      <Loaded query={settings} lines={6}>
        {({ tenantUrl, hasToken }) => (
          <ConnectionForm
            appId={app.id}
            initial={{ tenantUrl, token: '' }}
            hasToken={hasToken}
            verb="Create"
            notSaved="Nothing was created"
            onCancel={() => go(address)}
            onSave={async (values) => {
              await ensureJob(app.id)
              await saveSettings(app.id, {
                tenantUrl: values.tenantUrl,
                ...(values.token === '' ? {} : { token: values.token }),
              })
              await provisioningChanged(app.id)
              toldDone(`${app.displayName} is connected`)
              go(address, { replace: true })
              return 'saved'
            }}
          />
        )}
      </Loaded>
    </Stack>
  )
}
