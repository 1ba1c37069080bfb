import { Anchor, Button, Group, Text } from '@mantine/core'
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
  return (
    <Section title="Manager">
      <Loaded query={manager} lines={1}>
        {(now) => (
          <div className={classes.row}>
            {now ? (
              <Text size="sm" component="span">
                <Anchor href={userAddress(now.id)} inherit>
                  <bdi>{now.displayName}</bdi>
                </Anchor>
                {now.jobTitle !== null && (
                  <Text component="span" inherit c="dimmed">
                    {' '}
                    · {now.jobTitle}
                  </Text>
                )}
              </Text>
            ) : (
              <Text size="sm" c="dimmed" component="span">
                No manager
              </Text>
            )}
            {me.may.writesDirectory && (
              <Group gap={4}>
                <Button component="a" href={query.href({ manager: 'yes' })} variant="default" size="xs">
                  {now ? 'Change manager' : 'Choose manager'}
                </Button>
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
              </Group>
            )}
            {me.may.writesDirectory && query.get('manager') === 'yes' && (
              <ManagerPanel
                user={user}
                current={now}
                onClose={() => query.set({ manager: undefined }, { replace: true })}
              />
            )}
          </div>
        )}
      </Loaded>
    </Section>
  )
}
