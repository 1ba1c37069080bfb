import { Button, Menu } from '@mantine/core'
import { Copyable } from '@muster/console-kit/copyable.tsx'
import { Facts } from '@muster/console-kit/facts.tsx'
import { Section } from '@muster/console-kit/page.tsx'
import { Status } from '@muster/console-kit/status.tsx'
import { TimeAgo } from '@muster/console-kit/time-ago.tsx'
import { IconDots, IconTrash } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { jobStatus } from '../provisioning/job-words.ts'
import { isConnected, jobQuery } from '../provisioning/provisioning-queries.ts'
import { AppFrame } from './app-frame.tsx'
import { appAddress, type EnterpriseApp } from './app-queries.ts'
import { assignmentCountQuery } from './assignment-queries.ts'
import { DeleteAppDialog } from './delete-app-dialog.tsx'
import { Tile, Tiles } from './tile.tsx'

export function AppOverviewPage() {
  return (
    <AppFrame part="Overview" actions={(app) => <AppActions app={app} />}>
      {(app) => <Overview app={app} />}
    </AppFrame>
  )
}

function Overview({ app }: { readonly app: EnterpriseApp }) {
  return (
    <>
      <GettingStarted app={app} />
      <Section title="Properties">
        <Facts
          items={[
            ['Name', app.displayName],
            ['Application ID', <Copyable key="a" value={app.appId} label="Copy the application ID" isWhole />],
            ['Object ID', <Copyable key="o" value={app.id} label="Copy the object ID" isWhole />],
            ['Created', <TimeAgo key="c" value={app.createdDateTime} isFocusable />],
          ]}
        />
      </Section>
    </>
  )
}

/** What an app needs, each with how far it has really come. */
function GettingStarted({ app }: { readonly app: EnterpriseApp }) {
  const assigned = useQuery(assignmentCountQuery(app.id))
  const job = useQuery(jobQuery(app.id))
  const address = appAddress(app.id)
  const count = assigned.data
  const people = job.data?.status.synchronizedEntryCountByType.find(({ key }) => key === 'User')?.value ?? 0
  return (
    <Tiles label="Getting started">
      <Tile
        step={1}
        title="Assign users and groups"
        isDone={count === undefined ? undefined : count > 0}
        why="Choose who is provisioned to this app. A group stands for its direct members."
        state={
          count === undefined
            ? undefined
            : count === 0
              ? 'Nobody is assigned yet'
              : `${count} assigned, people and groups`
        }
        isNext={count === 0}
        href={`${address}/users-and-groups`}
        action={count === 0 ? 'Assign users and groups' : 'Go to users and groups'}
      />
      <Tile
        step={2}
        title="Provision user accounts"
        isDone={job.data === undefined ? undefined : job.data?.status.lastSuccessfulExecution != null}
        why="Make, change and end their accounts in the app by SCIM, in cycles."
        state={
          job.data === undefined ? undefined : isConnected(job.data) ? (
            <Status tone={jobStatus(job.data).tone}>
              {people > 0 ? `${jobStatus(job.data).word} · ${people} people in sync` : jobStatus(job.data).word}
            </Status>
          ) : (
            'Not connected yet'
          )
        }
        isNext={count !== undefined && count > 0 && !isConnected(job.data)}
        href={`${address}/provisioning`}
        action={isConnected(job.data) ? 'Go to provisioning' : 'Connect your application'}
      />
    </Tiles>
  )
}

function AppActions({ app }: { readonly app: EnterpriseApp }) {
  const [isDeleting, setDeleting] = useState(false)
  return (
    <>
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <Button variant="default" leftSection={<IconDots size={16} aria-hidden />}>
            More
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item color="red" leftSection={<IconTrash size={16} aria-hidden />} onClick={() => setDeleting(true)}>
            Delete app
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {isDeleting && <DeleteAppDialog app={app} onClose={() => setDeleting(false)} />}
    </>
  )
}
