import { Button } from '@mantine/core'
import { Copyable } from '@muster/console-kit/copyable.tsx'
import { Facts } from '@muster/console-kit/facts.tsx'
import { type Crumb, Page, Section } from '@muster/console-kit/page.tsx'
import { Empty, Loaded } from '@muster/console-kit/states.tsx'
import { TimeAgo } from '@muster/console-kit/time-ago.tsx'
import { useQueryParams } from '@muster/console-kit/url.tsx'
import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { useMe } from '../me.tsx'
import { Needs } from '../needs.tsx'
import { Apps } from '../principals/apps.tsx'
import { DeleteGroupDialog } from './delete-group-dialog.tsx'
import { EditGroupPanel } from './edit-group-panel.tsx'
import classes from './group-page.module.css'
import { type DirectoryGroup, groupQuery, groupType } from './group-queries.ts'
import { Members } from './members.tsx'

const GROUPS: Crumb = { title: 'Groups', href: '/groups' }

export function GroupPage() {
  return (
    <Needs right="readsDirectory" title="Group">
      <OneGroup />
    </Needs>
  )
}

function OneGroup() {
  const { id = '' } = useParams({ strict: false }) as { readonly id?: string }
  const me = useMe()
  const query = useQueryParams()
  const found = useQuery(groupQuery(id))
  const { data: group } = found
  if (group === undefined)
    return (
      <Page title="Group" crumbs={[GROUPS]}>
        <Loaded query={found} lines={6} missing={<NoSuchGroup />}>
          {() => null}
        </Loaded>
      </Page>
    )
  return (
    <Page
      title={group.displayName}
      crumbs={[GROUPS]}
      description={group.description}
      actions={me.may.writesDirectory && <Actions group={group} editHref={query.href({ edit: 'yes' })} />}
    >
      <div className={classes.columns}>
        <Section title="Properties">
          <Facts
            items={[
              ['Type', groupType(group)],
              ['Object ID', <Copyable key="o" value={group.id} label="Copy the object ID" />],
              ['Mail nickname', group.mailNickname],
              ['Created', <TimeAgo key="c" value={group.createdDateTime} isFocusable />],
            ]}
          />
        </Section>
        {me.may.managesApps && <Apps principal={group} what="group" />}
      </div>
      <Members group={group} />
      {me.may.writesDirectory && query.get('edit') === 'yes' && (
        <EditGroupPanel group={group} onClose={() => query.set({ edit: undefined }, { replace: true })} />
      )}
    </Page>
  )
}

function Actions({ group, editHref }: { readonly group: DirectoryGroup; readonly editHref: string }) {
  const [isDeleting, setDeleting] = useState(false)
  return (
    <>
      <Button variant="default" c="var(--kit-bad)" onClick={() => setDeleting(true)}>
        Delete
      </Button>
      <Button component="a" href={editHref} variant="default">
        Edit
      </Button>
      {isDeleting && <DeleteGroupDialog group={group} onClose={() => setDeleting(false)} />}
    </>
  )
}

function NoSuchGroup() {
  return (
    <Empty
      title="There is no such group"
      action={
        <Button component="a" href="/groups/deleted">
          Look at Deleted groups
        </Button>
      }
    >
      What was deleted within the last 30 days can be restored there.
    </Empty>
  )
}
