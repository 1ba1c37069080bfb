import { Button, Text } from '@mantine/core'
import { PanelPart } from '@muster/console-kit/panel-part.tsx'
import { TimeAgo } from '@muster/console-kit/time-ago.tsx'
import { toldDone, toldFailed } from '@muster/console-kit/toasts.ts'
import { useMutation } from '@tanstack/react-query'
import { useMe } from '../me.tsx'
import { PERMISSION } from '../permissions.ts'
import classes from './user-parts.module.css'
import { browserName } from './user-words.ts'
import { endSession, refreshUsers, type UserDetail } from './users-queries.ts'

/** Where somebody is signed in; with the permission, a session can be ended. */
export function UserSessions({ user }: { readonly user: UserDetail }) {
  return (
    <PanelPart title="Sessions">
      {user.sessions.length === 0 ? (
        <Text size="sm" c="dimmed">
          Not signed in anywhere.
        </Text>
      ) : (
        <ul className={classes.rows}>
          {user.sessions.map((session) => (
            <SessionRow key={session.id} session={session} user={user} />
          ))}
        </ul>
      )}
    </PanelPart>
  )
}

function SessionRow({
  session,
  user,
}: {
  readonly session: UserDetail['sessions'][number]
  readonly user: UserDetail
}) {
  const me = useMe()
  const { id, createdAt, lastSeenAt, ipAddress, userAgent, current } = session
  const end = useMutation({
    mutationFn: () => endSession(id),
    onSuccess: () => {
      toldDone(`A session of ${user.name} has ended`)
      void refreshUsers()
    },
    onError: (error) => toldFailed(error, 'The session was not ended'),
  })
  return (
    <li className={classes.row}>
      <div className={classes.main}>
        <Text size="sm" {...(userAgent === undefined ? {} : { title: userAgent })}>
          {browserName(userAgent)}
          {ipAddress !== undefined && `, ${ipAddress}`}
          {current && (
            <Text span size="sm" c="dimmed">
              {' '}
              (this one)
            </Text>
          )}
        </Text>
        <Text size="xs" c="dimmed">
          Signed in <TimeAgo value={createdAt} />, last seen <TimeAgo value={lastSeenAt} />
        </Text>
      </div>
      {(me.may(PERMISSION.editRoles) || user.id === me.user?.id) && (
        <Button variant="default" size="xs" loading={end.isPending} onClick={() => end.mutate()}>
          {current ? 'End and sign out' : 'End session'}
        </Button>
      )}
    </li>
  )
}
