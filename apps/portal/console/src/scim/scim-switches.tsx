import { Alert, Stack, Switch, Text } from '@mantine/core'
import { Section } from '@muster/console-kit/page.tsx'
import { Failed, Loaded } from '@muster/console-kit/states.tsx'
import { toldDone } from '@muster/console-kit/toasts.ts'
import { IconAlertTriangle } from '@tabler/icons-react'
import { type ReactNode, useEffect, useRef } from 'react'
import { type ScimSettings, useChangeScimSettings, useScimSettings } from './scim-queries.ts'

/** SCIM's own two switches. Each saves at once. */
export function ScimSwitches() {
  const settings = useScimSettings()
  return (
    <Section title="Provisioning" description="What your directory may do here. Each switch saves at once.">
      <Loaded query={settings} lines={3}>
        {(now) => (
          <Stack gap="lg">
            <SettingSwitch
              name="automaticDeprovisioning"
              now={now}
              label="Enable automatic deprovisioning of users"
              done={['Deprovisioning is on', 'Deprovisioning is off']}
            >
              When your directory removes or blocks someone, they lose their roles, teams, personal access tokens and
              sessions here at once.
            </SettingSwitch>
            <SettingSwitch
              name="automaticProvisioning"
              now={now}
              label="Enable automatic provisioning of users"
              done={['Provisioning is on', 'Provisioning is off']}
            >
              When your directory adds someone, they get an account here with the default role. This may change your
              seat count.
            </SettingSwitch>
            {now.automaticProvisioning && !now.automaticDeprovisioning && (
              <Alert color="yellow" variant="outline" icon={<IconAlertTriangle aria-hidden />}>
                People arrive from your directory, but nobody leaves: whoever is removed there keeps their access here
                until deprovisioning is on.
              </Alert>
            )}
          </Stack>
        )}
      </Loaded>
    </Section>
  )
}

/** Apart from SCIM itself: who gets in without it. */
export function SignInSwitch() {
  const settings = useScimSettings()
  // The section of the other switches says already that they could not be read.
  if (settings.error && !settings.data) return null
  return (
    <Section title="Sign-in" description="Who gets in without having been provisioned.">
      <Loaded query={settings} lines={1}>
        {(now) => (
          <SettingSwitch
            name="rejectUnprovisionedSignIn"
            now={now}
            label="Refuse sign-in to people who were not provisioned"
            done={['Only provisioned people can sign in', 'A first sign-in makes an account again']}
          >
            On: someone whom your directory has not sent is turned away and told so. Off: their first sign-in makes an
            account with the default role.
          </SettingSwitch>
        )}
      </Loaded>
    </Section>
  )
}

function SettingSwitch({
  name,
  now,
  label,
  done,
  children,
}: {
  readonly name: keyof ScimSettings
  readonly now: ScimSettings
  readonly label: string
  /** What is told when it went on, and off. */
  readonly done: readonly [on: string, off: string]
  readonly children: ReactNode
}) {
  const change = useChangeScimSettings()
  const element = useRef<HTMLInputElement>(null)
  // A switch that is off limits while it saves loses the focus; whoever set it by keyboard wants it back.
  const hadFocus = useRef(false)
  useEffect(() => {
    if (change.isPending || !hadFocus.current) return
    hadFocus.current = false
    element.current?.focus()
  }, [change.isPending])
  return (
    <div>
      <Switch
        ref={element}
        label={label}
        description={children}
        checked={now[name]}
        disabled={change.isPending}
        onChange={({ currentTarget: { checked } }) => {
          hadFocus.current = document.activeElement === element.current
          change.mutate({ [name]: checked }, { onSuccess: () => toldDone(checked ? done[0] : done[1]) })
        }}
      />
      {change.isPending && (
        <Text size="xs" c="dimmed" role="status" ml={46} mt={4}>
          Saving…
        </Text>
      )}
      {change.error && (
        <div style={{ marginTop: 12 }}>
          <Failed error={change.error} title="The switch was not changed" />
        </div>
      )}
    </div>
  )
}
