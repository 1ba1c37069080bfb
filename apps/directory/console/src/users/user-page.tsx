import { Button } from '@mantine/core'
import { Copyable } from '@muster/console-kit/copyable.tsx'
import { Facts } from '@muster/console-kit/facts.tsx'
import { type Crumb, Page, Section } from '@muster/console-kit/page.tsx'
import { Empty, Loaded } from '@muster/console-kit/states.tsx'
import { TimeAgo } from '@muster/console-kit/time-ago.tsx'
import { useQueryParams } from '@muster/console-kit/url.tsx'
import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { useMe } from '../me.tsx'
import { Needs } from '../needs.tsx'
import { Apps } from '../principals/apps.tsx'
import { EditUserPanel } from './edit-user-panel.tsx'
import { Manager } from './manager.tsx'
import { UserActions } from './user-actions.tsx'
import { ALL_FIELDS, FIELDS } from './user-fields.ts'
import { Groups } from './user-groups.tsx'
import classes from './user-page.module.css'
import { groupsOfQuery, type User, userQuery } from './user-queries.ts'
import { UserRoles } from './user-roles.tsx'
import { SignInStatus } from './users-page.tsx'

const USERS: Crumb = { title: 'Users', href: '/users' }

export function UserPage() {
  return (
    <Needs right="readsDirectory" title="User">
      <OneUser />
    </Needs>
  )
}

function OneUser() {
  const { id = '' } = useParams({ strict: false }) as { readonly id?: string }
  const me = useMe()
  const query = useQueryParams()
  const found = useQuery(userQuery(id))
  const groups = useQuery(groupsOfQuery(id))
  const { data: user } = found
  if (user === undefined)
    return (
      <Page title="User" crumbs={[USERS]}>
        <Loaded query={found} lines={6} missing={<NoSuchUser />}>
          {() => null}
        </Loaded>
      </Page>
    )
  return (
    <Page
      title={user.displayName}
      crumbs={[USERS]}
      description={user.userPrincipalName}
      actions={me.may.writesDirectory && <UserActions user={user} editHref={query.href({ edit: 'yes' })} />}
    >
      <div className={classes.columns}>
        <div className={classes.column}>
          {FIELDS.map(({ title }) => (
            <Part key={title} title={title} user={user} />
          ))}
        </div>
        <div className={classes.column}>
          <Section title="Account">
            <Facts
              items={[
                ['Sign-in', <SignInStatus key="s" isEnabled={user.accountEnabled} />],
                ['Object ID', <Copyable key="o" value={user.id} label="Copy the object ID" />],
                ['Created', <TimeAgo key="c" value={user.createdDateTime} isFocusable />],
              ]}
            />
          </Section>
          <Manager user={user} />
          <UserRoles user={user} />
          <Groups query={groups} />
          {me.may.managesApps && (groups.data || groups.error) && (
            <Apps principal={{ id: user.id, groups: groups.data?.value }} what="user" />
          )}
        </div>
      </div>
      {me.may.writesDirectory && query.get('edit') === 'yes' && (
        <EditUserPanel user={user} onClose={() => query.set({ edit: undefined }, { replace: true })} />
      )}
    </Page>
  )
}

/** One part of what is known of somebody; what is empty is left out, once something is known. */
function Part({ title, user }: { readonly title: string; readonly user: User }) {
  const fields = ALL_FIELDS.filter(({ name }) =>
    FIELDS.find((part) => part.title === title)?.fields.some((field) => field.name === name),
  )
  const known = fields.flatMap(({ name, label }) => {
    const value = user[name]
    const text = typeof value === 'string' ? value : value?.[0]
    return text === undefined ? [] : [[label, <bdi key={name}>{text}</bdi>] as const]
  })
  return (
    <Section title={title}>
      {known.length === 0 ? <p className={classes.none}>Nothing is known yet.</p> : <Facts items={known} />}
    </Section>
  )
}

function NoSuchUser() {
  return (
    <Empty
      title="There is no such user"
      action={
        <Button component="a" href="/users/deleted">
          Look at Deleted users
        </Button>
      }
    >
      Whoever was deleted within the last 30 days can be restored there.
    </Empty>
  )
}
