import { Stack } from '@mantine/core'
import { Page, Section } from '@muster/console-kit/page.tsx'
import { Needs } from '../needs.tsx'
import { PERMISSION } from '../permissions.ts'
import { Connection } from './connection.tsx'
import { ScimKeySection } from './scim-key.tsx'
import { ScimKeys } from './scim-keys.tsx'
import { ScimSwitches, SignInSwitch } from './scim-switches.tsx'

export function ScimPage() {
  return (
    <Needs permission={PERMISSION.configureScim} title="SCIM">
      <Page
        title="SCIM"
        crumbs={[{ title: 'Settings', href: '/settings' }]}
        description="Your directory decides who is in this workspace: it adds people, keeps them up to date and takes them out again."
      >
        <Stack gap="lg" maw={880}>
          <Section title="Connection">
            <Connection />
          </Section>
          <ScimSwitches />
          <ScimKeySection />
          <ScimKeys />
          <SignInSwitch />
        </Stack>
      </Page>
    </Needs>
  )
}
