import { Button, Stack } from '@mantine/core'
import { Copyable } from '@muster/console-kit/copyable.tsx'
import { Facts } from '@muster/console-kit/facts.tsx'
import { SidePanel } from '@muster/console-kit/side-panel.tsx'
import { Empty, Loaded } from '@muster/console-kit/states.tsx'
import { Status } from '@muster/console-kit/status.tsx'
import { TimeAgo } from '@muster/console-kit/time-ago.tsx'
import { useState } from 'react'
import { useMe } from '../me.tsx'
import { PERMISSION } from '../permissions.ts'
import { LastDeprovisioning, PastDeprovisionings } from './deprovisionings.tsx'
import { RemoveUser } from './remove-user.tsx'
import { UserPermissions } from './user-permissions.tsx'
import { UserRoles } from './user-roles.tsx'
import { UserSessions } from './user-sessions.tsx'
import { UserTeams } from './user-teams.tsx'
import { UserTokens } from './user-tokens.tsx'
import { firstName, sourceName } from './user-words.ts'
import { refreshUser, type UserDetail, useUser } from './users-queries.ts'

/** One person: who they are, what they hold and why, what lets them in, and what was taken from them. */
export function UserPanel({ id, onClose }: { readonly id: string; readonly onClose: () => void }) {
  const user = useUser(id)
  return (
    <SidePanel title={<bdi>{user.data?.name ?? 'User'}</bdi>} onClose={onClose} size={560}>
      <Loaded query={user} missing={<Gone />}>
        {(found) => <Person user={found} />}
      </Loaded>
    </SidePanel>
  )
}

function Person({ user }: { readonly user: UserDetail }) {
  const me = useMe()
  const [isRemoving, setRemoving] = useState(false)
  const isActive = user.status === 'ACTIVE'
  const mayEdit = me.may(PERMISSION.editRoles)
  return (
    <Stack gap="lg">
      {!isActive && <LastDeprovisioning user={user} />}
      <Facts
        items={[
          [
            'Status',
            <Status key="status" tone={isActive ? 'good' : 'idle'}>
              {isActive ? 'Active' : 'Deactivated'}
            </Status>,
          ],
          ['E-mail', <Copyable key="email" value={user.email} label="Copy the e-mail" />],
          ['Source', sourceName(user.source)],
          user.externalId !== undefined && [
            'External id',
            <Copyable key="externalId" value={user.externalId} label="Copy the external id" />,
          ],
          ['Id', <Copyable key="id" value={user.id} label="Copy the id" />],
          ['Joined', <TimeAgo key="joined" value={user.joinedAt} isFocusable />],
          ['Last active', <TimeAgo key="active" value={user.lastActiveAt} isFocusable />],
        ]}
      />
      {isActive && (
        <>
          <UserRoles user={user} />
          <UserTeams teams={user.teams} />
          <UserPermissions user={user} />
          <UserTokens tokens={user.accessTokens} />
          <UserSessions user={user} />
        </>
      )}
      <PastDeprovisionings user={user} />
      {isActive && mayEdit && (
        <div>
          <Button
            variant="light"
            color="red"
            onClick={() => {
              // What is lost is told as it is now, not as it was when the panel was opened.
              void refreshUser(user.id)
              setRemoving(true)
            }}
          >
            Remove {firstName(user.name)}
          </Button>
        </div>
      )}
      {isRemoving && <RemoveUser user={user} onClose={() => setRemoving(false)} />}
    </Stack>
  )
}

function Gone() {
  const me = useMe()
  return (
    <Empty
      title="This account is gone"
      action={
        me.may(PERMISSION.viewAuditLogs) && (
          <Button component="a" href="/settings/audit-logs?objectTypes=USER" variant="default">
            Look in the audit logs
          </Button>
        )
      }
    >
      Your directory deleted it, or the address is mistyped. Someone who is only deactivated would still be shown here.
    </Empty>
  )
}
