import { Anchor, Button, Text } from '@mantine/core'
import { Section } from '@muster/console-kit/page.tsx'
import { Loaded } from '@muster/console-kit/states.tsx'
import { toldDone, toldFailed } from '@muster/console-kit/toasts.ts'
import { useQueryParams } from '@muster/console-kit/url.tsx'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useMe } from '../me.tsx'
import { ManagerPanel } from './manager-panel.tsx'
import { setManager } from './user-changes.ts'
import classes from './user-page.module.css'
import { managerQuery, type User, userAddress } from './user-queries.ts'

/** Who manages somebody: connected apps get it with them. */
export function Manager({ user }: { readonly user: User }) {
  const me = useMe()
  const query = useQueryParams()
  const manager = useQuery(managerQuery(user.id))
  const remove = useMutation({
    mutationFn: () => setManager(user.id, undefined),
    onSuccess: () => toldDone(`${user.displayName} has no manager any more`),
    onError: (error) => toldFailed(error, 'The manager was not removed'),
  })
  const now = manager.data
  const isPicking = me.may.writesDirectory && query.get('manager') === 'yes' && now !== undefined
  return (
    <Section
      title="Manager"
      {...(me.may.writesDirectory && now !== undefined
        ? {
            actions: (
              <>
                {now && (
                  <Button
                    variant="subtle"
                    color="red"
                    size="xs"
                    loading={remove.isPending}
                    onClick={() => remove.mutate()}
                    aria-label="Remove manager"
                  >
                    Remove
                  </Button>
                )}
                <Button component="a" href={query.href({ manager: 'yes' })} variant="default" size="xs">
                  {now ? 'Change manager' : 'Choose manager'}
                </Button>
              </>
            ),
          }
        : {})}
    >
      <Loaded query={manager} lines={1}>
        {(known) =>
          known ? (
            <Text size="sm">
              <Anchor href={userAddress(known.id)} inherit>
                <bdi>{known.displayName}</bdi>
              </Anchor>
              {known.jobTitle !== null && (
                <Text component="span" inherit c="dimmed">
                  {' '}
                  · {known.jobTitle}
                </Text>
              )}
            </Text>
          ) : (
            <p className={classes.none}>No manager.</p>
          )
        }
      </Loaded>
      {isPicking && (
        <ManagerPanel user={user} current={now} onClose={() => query.set({ manager: undefined }, { replace: true })} />
      )}
    </Section>
  )
}
