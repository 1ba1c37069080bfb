import { Button, Text } from '@mantine/core'
import { DangerDialog } from '@muster/console-kit/danger-dialog.tsx'
import { Section } from '@muster/console-kit/page.tsx'
import { Loaded } from '@muster/console-kit/states.tsx'
import { toldDone, toldFailed } from '@muster/console-kit/toasts.ts'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useMe } from '../me.tsx'
import { AdminWarning } from './admin-warning.tsx'
import { setRole } from './user-changes.ts'
import classes from './user-page.module.css'
import { type DirectoryRole, GLOBAL_ADMINISTRATOR, heldRolesQuery, type User } from './user-queries.ts'

/** Which of the four directory roles somebody holds. Those who may change them see all four. */
export function UserRoles({ user }: { readonly user: User }) {
  const me = useMe()
  const mayChange = me.may.writesDirectory
  const [removed, setRemoved] = useState<DirectoryRole>()
  return (
    <Section title="Directory roles">
      <Loaded query={useQuery(heldRolesQuery(user.id))} lines={3}>
        {(roles) => {
          const shown = mayChange ? roles : roles.filter(({ isHeld }) => isHeld)
          if (shown.length === 0) return <p className={classes.none}>No directory role.</p>
          return (
            <ul className={classes.rows}>
              {shown.map(({ role, isHeld }) => (
                <li key={role.id} className={classes.role}>
                  <div>
                    <Text size="sm" fw={isHeld ? 600 : 400}>
                      {role.displayName}
                      {isHeld && (
                        <Text component="span" inherit fw={400} c="dimmed">
                          {' '}
                          · held
                        </Text>
                      )}
                    </Text>
                    <Text size="xs" c="dimmed">
                      {role.description}
                    </Text>
                  </div>
                  {mayChange &&
                    (isHeld ? (
                      <Button
                        variant="subtle"
                        color="red"
                        size="xs"
                        aria-label={`Remove ${role.displayName}`}
                        onClick={() => setRemoved(role)}
                      >
                        Remove
                      </Button>
                    ) : (
                      <Add user={user} role={role} />
                    ))}
                </li>
              ))}
            </ul>
          )
        }}
      </Loaded>
      {removed && (
        <DangerDialog
          title={`Remove ${removed.displayName} from ${user.displayName}?`}
          verb="Remove role"
          onClose={() => setRemoved(undefined)}
          onConfirm={async () => {
            await setRole(user.id, removed, false)
            toldDone(`${user.displayName} is no longer ${removed.displayName}`)
          }}
        >
          {removed.displayName === GLOBAL_ADMINISTRATOR && <AdminWarning user={user} />}
          <Text size="sm">
            {user.displayName} loses what only this role gives, with the next click: “{removed.description}”
          </Text>
        </DangerDialog>
      )}
    </Section>
  )
}

function Add({ user, role }: { readonly user: User; readonly role: DirectoryRole }) {
  const { mutate, isPending } = useMutation({
    mutationFn: () => setRole(user.id, role, true),
    onSuccess: () => toldDone(`${user.displayName} is ${role.displayName}`),
    onError: (error) => toldFailed(error, 'The role was not given'),
  })
  return (
    <Button
      variant="default"
      size="xs"
      loading={isPending}
      onClick={() => mutate()}
      aria-label={`Give ${role.displayName}`}
    >
      Give
    </Button>
  )
}
