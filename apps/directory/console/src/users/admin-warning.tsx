import { Alert } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useMe } from '../me.tsx'
import { isLastAdminQuery, type User } from './user-queries.ts'

/** Said before somebody locks themselves out, or the last administrator. */
export function AdminWarning({ user }: { readonly user: Pick<User, 'id' | 'displayName'> }) {
  const me = useMe()
  const isLast = useQuery(isLastAdminQuery(user.id)).data === true
  const isOneself = me.id === user.id
  if (!isLast && !isOneself) return null
  return (
    <Alert
      color="yellow"
      variant="outline"
      icon={<IconAlertTriangle aria-hidden />}
      title={isOneself ? 'This is you' : `${user.displayName} is the last Global Administrator`}
    >
      {isOneself && 'You lose what you are doing this with. '}
      {isLast
        ? 'Nobody else is Global Administrator and may sign in: only the command line (muster admin) lets somebody in again.'
        : 'Another Global Administrator can give it back.'}
    </Alert>
  )
}
