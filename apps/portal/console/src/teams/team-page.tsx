import { Alert, Button, Code, Group, Stack } from '@mantine/core'
import { ApiError } from '@muster/console-kit/api.ts'
import { Copyable } from '@muster/console-kit/copyable.tsx'
import { Facts } from '@muster/console-kit/facts.tsx'
import { Page, Section } from '@muster/console-kit/page.tsx'
import { Empty, Loaded } from '@muster/console-kit/states.tsx'
import { Status } from '@muster/console-kit/status.tsx'
import { useQueryParams } from '@muster/console-kit/url.tsx'
import { IconPlugConnected } from '@tabler/icons-react'
import { useParams } from '@tanstack/react-router'
import { useMe } from '../me.tsx'
import { PERMISSION } from '../permissions.ts'
import { EditTeamPanel } from './edit-team-panel.tsx'
import { Membership } from './membership.tsx'
import { TeamMembers } from './team-members.tsx'
import { isDirectorys, type TeamView, useTeam } from './team-queries.ts'
import { TeamRoles } from './team-roles.tsx'

const CRUMBS = [{ title: 'Teams', href: '/teams' }]

export function TeamPage() {
  // Of the route, not of the address: on the way to another page the address is that page's already.
  const { tag = '' } = useParams({ strict: false })
  const team = useTeam(tag)
  if (team.data) return <Team key={team.data.id} team={team.data} />
  if (team.error instanceof ApiError && team.error.status === 404)
    return (
      <Page title="No such team" crumbs={CRUMBS}>
        <Empty
          title={`There is no team “${tag}”`}
          action={
            <Button component="a" href="/teams">
              See all teams
            </Button>
          }
        >
          It may have been deleted, by hand or by your directory.
        </Empty>
      </Page>
    )
  return (
    <Page title={tag} crumbs={CRUMBS}>
      <Loaded query={team}>{() => null}</Loaded>
    </Page>
  )
}

function Team({ team }: { readonly team: TeamView }) {
  const me = useMe()
  const query = useQueryParams()
  const { metadata, teamTag, links, slackChannels, isArchived } = team
  const isOwned = isDirectorys(team)
  const mayEdit = me.may(PERMISSION.editEntities) && !isOwned
  return (
    <Page
      title={metadata.name}
      crumbs={CRUMBS}
      {...(metadata.description ? { description: metadata.description } : {})}
      actions={
        <>
          {mayEdit && (
            <Button variant="default" component="a" href={query.href({ open: 'edit' })}>
              Edit team
            </Button>
          )}
          <Membership team={team} />
        </>
      }
    >
      {isOwned && (
        <Alert variant="outline" color="gray" icon={<IconPlugConnected aria-hidden />}>
          Your directory owns this team. Change its members there.
        </Alert>
      )}
      <Facts
        items={[
          ['Identifier', <Copyable key="tag" value={teamTag} label="Copy the identifier" />],
          ['Source', isOwned ? 'SCIM: a group of your directory' : 'By hand'],
          isArchived && [
            'State',
            <Status key="state" tone="idle">
              Archived
            </Status>,
          ],
          Boolean(metadata.summary) && ['Summary', metadata.summary],
          links.length > 0 && ['Links', links.map(({ name, url }) => `${name} (${url})`).join(', ')],
          slackChannels.length > 0 && [
            'Slack',
            <Group key="slack" gap={6}>
              {slackChannels.map(({ name }) => (
                <Code key={name}>{name}</Code>
              ))}
            </Group>,
          ],
        ]}
      />
      <Stack gap="lg">
        <Section
          title="Members"
          {...(isOwned || mayEdit ? {} : { description: 'Someone with “Edit Entities” adds and removes people.' })}
          {...(mayEdit
            ? {
                actions: (
                  <Button variant="default" component="a" href={query.href({ open: 'add' })}>
                    Add member
                  </Button>
                ),
              }
            : {})}
        >
          <TeamMembers team={team} mayEdit={mayEdit} />
        </Section>
        {me.may(PERMISSION.viewRoles) && <TeamRoles team={team} />}
      </Stack>
      {mayEdit && query.get('open') === 'edit' && (
        <EditTeamPanel team={team} onClose={() => query.set({ open: undefined })} />
      )}
    </Page>
  )
}
