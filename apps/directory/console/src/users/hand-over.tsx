import { Text } from '@mantine/core'
import { Copyable } from '@muster/console-kit/copyable.tsx'
import { Facts } from '@muster/console-kit/facts.tsx'
import type { User } from './user-queries.ts'

/** What somebody has to be told with their password. */
export function HandOver({
  user,
  mustChange,
}: {
  readonly user: Pick<User, 'userPrincipalName'>
  readonly mustChange: boolean
}) {
  return (
    <>
      <Facts
        items={[
          ['User name', <Copyable key="n" value={user.userPrincipalName} label="Copy the user name" isWhole />],
          ['Sign-in page', <Copyable key="s" value={location.origin} label="Copy the address" isWhole />],
        ]}
      />
      <Text size="sm">
        {mustChange
          ? 'It opens the account until the next sign-in, where a new one is asked for. Hand it over by a way that only this person reads.'
          : 'It opens the account until it is changed. Hand it over by a way that only this person reads.'}
      </Text>
    </>
  )
}
