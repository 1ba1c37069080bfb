import { Button } from '@mantine/core'
import { toldDone, toldFailed } from '@muster/console-kit/toasts.ts'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { BlockDialog } from './block-dialog.tsx'
import { DeleteUserDialog } from './delete-user-dialog.tsx'
import { ResetPassword } from './reset-password.tsx'
import { changeUser } from './user-changes.ts'
import type { User } from './user-queries.ts'

/** What can be done with somebody. */
export function UserActions({ user, editHref }: { readonly user: User; readonly editHref: string }) {
  const [open, setOpen] = useState<'block' | 'delete' | 'password'>()
  const close = () => setOpen(undefined)
  const unblock = useMutation({
    mutationFn: () => changeUser(user.id, { accountEnabled: true }),
    onSuccess: () =>
      toldDone(`${user.displayName} may sign in again; connected apps enable the account at their next cycle`),
    onError: (error) => toldFailed(error, `Sign-in of ${user.displayName} was not unblocked`),
  })
  return (
    <>
      <Button variant="default" onClick={() => setOpen('password')}>
        Reset password
      </Button>
      {user.accountEnabled ? (
        <Button variant="default" onClick={() => setOpen('block')}>
          Block sign-in
        </Button>
      ) : (
        <Button variant="default" loading={unblock.isPending} onClick={() => unblock.mutate()}>
          Unblock sign-in
        </Button>
      )}
      <Button variant="default" c="var(--kit-bad)" onClick={() => setOpen('delete')}>
        Delete
      </Button>
      <Button component="a" href={editHref}>
        Edit
      </Button>
      {open === 'password' && <ResetPassword user={user} onClose={close} />}
      {open === 'block' && <BlockDialog user={user} onClose={close} />}
      {open === 'delete' && <DeleteUserDialog user={user} onClose={close} />}
    </>
  )
}
