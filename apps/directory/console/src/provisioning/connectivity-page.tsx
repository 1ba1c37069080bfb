import { Text } from '@mantine/core'
import { Meanwhile } from '@muster/console-kit/meanwhile.tsx'
import { Section } from '@muster/console-kit/page.tsx'
import { Loaded } from '@muster/console-kit/states.tsx'
import { toldDone, toldFailed } from '@muster/console-kit/toasts.ts'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { AppFrame } from '../apps/app-frame.tsx'
import type { EnterpriseApp } from '../apps/app-queries.ts'
import { ConnectionForm, type ConnectionValues } from './connection-form.tsx'
import classes from './form.module.css'
import { ProvisioningFrame } from './provisioning-frame.tsx'
import {
  provisioningChanged,
  readSettings,
  type Settings,
  saveSettings,
  settingsQuery,
} from './provisioning-queries.ts'

export function ConnectivityPage() {
  return (
    <AppFrame part="Connectivity">
      {(app) => <ProvisioningFrame app={app}>{() => <Connectivity app={app} />}</ProvisioningFrame>}
    </AppFrame>
  )
}

function Connectivity({ app }: { readonly app: EnterpriseApp }) {
  // What the form began with: a look in the background must not change it under who types.
  const settings = useQuery({ ...settingsQuery(app.id), staleTime: Number.POSITIVE_INFINITY, refetchOnMount: 'always' })
  return (
    <div className={classes.form}>
      <Section
        title="Admin credentials"
        description="Where people and groups are sent, and the key that the target system knows this directory by."
      >
        <Loaded query={settings} lines={6}>
          {(loaded) => <Credentials key={loaded.tenantUrl} app={app} loaded={loaded} />}
        </Loaded>
      </Section>
    </div>
  )
}

function Credentials({ app, loaded }: { readonly app: EnterpriseApp; readonly loaded: Settings }) {
  const [conflict, setConflict] = useState<{ readonly theirs: string; readonly mine: ConnectionValues }>()
  const [isBusy, setBusy] = useState(false)
  const save = async ({ tenantUrl, token }: ConnectionValues) => {
    await saveSettings(app.id, {
      ...(tenantUrl === loaded.tenantUrl && conflict === undefined ? {} : { tenantUrl }),
      ...(token === '' ? {} : { token }),
    })
    setConflict(undefined)
    toldDone(`The connection of ${app.displayName} was changed`)
    await provisioningChanged(app.id)
  }
  const saveMine = async (mine: ConnectionValues, forget: () => void) => {
    setBusy(true)
    try {
      await save(mine)
      forget()
    } catch (error) {
      toldFailed(error, 'Nothing was changed')
    }
    setBusy(false)
  }
  return (
    <ConnectionForm
      appId={app.id}
      initial={{ tenantUrl: loaded.tenantUrl, token: '' }}
      hasToken={loaded.hasToken}
      verb="Save"
      isEdit
      notSaved="Nothing was changed"
      onSave={async (mine) => {
        const now = await readSettings(app.id)
        if (now.tenantUrl !== loaded.tenantUrl && now.tenantUrl !== mine.tenantUrl) {
          setConflict({ theirs: now.tenantUrl, mine })
          return 'held'
        }
        await save(mine)
        return 'saved'
      }}
    >
      {(forget) =>
        conflict ? (
          <Meanwhile
            isBusy={isBusy}
            onLoadTheirs={() => {
              forget()
              setConflict(undefined)
              void provisioningChanged(app.id)
            }}
            onSaveMine={() => void saveMine(conflict.mine, forget)}
          >
            {conflict.theirs === ''
              ? 'Someone took the Tenant URL away meanwhile.'
              : `Someone changed the Tenant URL to ${conflict.theirs} meanwhile.`}
          </Meanwhile>
        ) : (
          <Text size="sm" c="dimmed">
            Another Tenant URL means another target: the next cycle looks at everyone again.
          </Text>
        )
      }
    </ConnectionForm>
  )
}
