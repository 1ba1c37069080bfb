import { Text } from '@mantine/core'
import { Facts } from '@muster/console-kit/facts.tsx'
import { Page, Section } from '@muster/console-kit/page.tsx'
import { useMe } from '../me.tsx'

/** For those who hold no directory role: what their account is for, and who can give them more. */
export function NoRole() {
  const me = useMe()
  return (
    <Page title={`Hello, ${me.displayName}`} isNarrow>
      <Section title="You hold no directory role">
        <Text size="sm">
          This console is for administrators of {me.tenant.displayName}. Your account is for signing in: open the
          application that you want to use and choose to sign in with this directory. Which ones let you in, they decide
          themselves.
        </Text>
        <Text size="sm" mt="sm">
          If you are to manage apps, people or groups here, ask a Global Administrator to give you a directory role.
        </Text>
      </Section>
      <Section title="Your account">
        <Facts
          items={[
            ['Name', <bdi key="n">{me.displayName}</bdi>],
            ['User principal name', me.userPrincipalName],
            ['Directory', me.tenant.displayName],
          ]}
        />
      </Section>
    </Page>
  )
}
