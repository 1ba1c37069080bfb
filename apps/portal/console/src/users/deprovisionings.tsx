import { Anchor, Group, Stack, Text, Title } from '@mantine/core'
import { Copyable } from '@muster/console-kit/copyable.tsx'
import { Losses } from '@muster/console-kit/danger-dialog.tsx'
import { PanelPart } from '@muster/console-kit/panel-part.tsx'
import { Failed, Loaded } from '@muster/console-kit/states.tsx'
import { TimeAgo } from '@muster/console-kit/time-ago.tsx'
import { IconUserOff } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { api } from '../api.ts'
import { useMe } from '../me.tsx'
import { PERMISSION } from '../permissions.ts'
import { roleName } from '../roles/role-names.ts'
import classes from './user-parts.module.css'
import { counted, firstName } from './user-words.ts'
import { type Deprovisioning, type UserDetail, useDeprovisionings } from './users-queries.ts'

/** Somebody is out: since when, by whom, what was taken, and what would bring them back. */
export function LastDeprovisioning({ user }: { readonly user: UserDetail }) {
  const past = useDeprovisionings(user.id)
  const name = firstName(user.name)
  return (
    <section className={classes.out} aria-labelledby="no-access">
      <Group gap="xs" wrap="nowrap" mb={6}>
        <IconUserOff size={16} aria-hidden />
        <Title order={3} id="no-access">
          {name} has no access
        </Title>
      </Group>
      <Stack gap="xs">
        <Loaded query={past} lines={2}>
          {([last]) =>
            last === undefined ? (
              <Text size="sm">The account was made inactive: nothing was ever given to it, so nothing was taken.</Text>
            ) : (
              <Taken deprovisioning={last} />
            )
          }
        </Loaded>
        <Text size="sm" c="dimmed">
          {user.source === 'SCIM'
            ? `${name} returns when your directory provisions them again, or when someone adds ${user.email} here.`
            : `${name} returns when someone adds ${user.email} here, or when your directory provisions them.`}{' '}
          They then hold the default role, and are in the teams that the directory still puts them in.
        </Text>
      </Stack>
    </section>
  )
}

/** Earlier times that access was taken; the one that is still in force stands on top of the panel. */
export function PastDeprovisionings({ user }: { readonly user: UserDetail }) {
  const past = useDeprovisionings(user.id)
  if (past.error) return <Failed error={past.error} title="Past deprovisionings could not be loaded" />
  const shown = user.status === 'ACTIVE' ? past.data : past.data?.slice(1)
  if (!shown || shown.length === 0) return null
  return (
    <PanelPart title="Past deprovisionings">
      <Stack gap="md">
        {shown.map((deprovisioning) => (
          <Taken key={deprovisioning.timestamp} deprovisioning={deprovisioning} />
        ))}
      </Stack>
    </PanelPart>
  )
}

function Taken({ deprovisioning }: { readonly deprovisioning: Deprovisioning }) {
  const { timestamp, actorType, actorIdentifier, removed } = deprovisioning
  const items = lossesOf({
    roles: removed.roles.map(roleName),
    teams: removed.teams.map(({ name }) => name),
    accessTokens: removed.accessTokens,
    sessions: removed.sessions,
  })
  return (
    <div>
      <Text size="sm" component="div" mb={4}>
        Access was taken <TimeAgo value={timestamp} isFocusable /> by <Actor type={actorType} id={actorIdentifier} />
      </Text>
      {items.length === 0 ? <Text size="sm">There was nothing to take.</Text> : <Losses items={items} />}
    </div>
  )
}

function Actor({ type, id }: { readonly type: string; readonly id: string | undefined }) {
  if (type === 'API_KEY' && id !== undefined) return <ApiKey cid={id} />
  if (type === 'SYSTEM') return 'the portal itself'
  return (
    <>
      <bdi>{id}</bdi>
      {type === 'PERSONAL_API_KEY' && ' with a personal access token'}
    </>
  )
}

/** A key by its name for those who may know it, and while it exists; else by its id. */
function ApiKey({ cid }: { readonly cid: string }) {
  const me = useMe()
  const key = useQuery({
    queryKey: ['api-keys', cid],
    queryFn: ({ signal }) => api<{ readonly name: string }>(`/api/v1/auth/key/${encodeURIComponent(cid)}`, { signal }),
    enabled: me.may(PERMISSION.editApiKeys),
  })
  return (
    <>
      the API key{' '}
      {key.data ? (
        <Anchor href={`/settings/api-keys?open=${encodeURIComponent(cid)}`} inherit underline="always">
          <bdi>{key.data.name}</bdi>
        </Anchor>
      ) : (
        <Copyable value={cid} label="Copy the key’s id" />
      )}
    </>
  )
}

/** What is taken from somebody, by name and number; kinds of which there is none are left out. */
export function lossesOf({
  roles,
  teams,
  accessTokens,
  sessions,
}: {
  readonly roles: readonly string[]
  readonly teams: readonly string[]
  readonly accessTokens: readonly string[]
  readonly sessions: number
}): { what: string; names?: string }[] {
  const line = (names: readonly string[], one: string, many: string) =>
    names.length === 0 ? [] : [{ what: counted(names.length, one, many), names: names.join(', ') }]
  return [
    ...line(roles, 'role', 'roles'),
    ...line(teams, 'team', 'teams'),
    ...line(accessTokens, 'personal access token', 'personal access tokens'),
    ...(sessions === 0 ? [] : [{ what: counted(sessions, 'session', 'sessions') }]),
  ]
}
