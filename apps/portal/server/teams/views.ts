import type { TeamView } from '../../contract/teams.ts'
import type { Member } from './members-repository.ts'
import type { Team } from './team.ts'

/** A team as callers of the REST API read it. */
export function viewTeam(team: Team, members: readonly Member[]): TeamView {
  const people = members.map(({ userId, email, name, notificationsEnabled, roleTags, description }) => ({
    id: userId,
    email,
    name,
    notificationsEnabled,
    roles: roleTags.map((tag) => ({ type: 'TEAM_ROLE' as const, tag })),
    ...(description === undefined ? {} : { description }),
  }))
  const { description, summary } = team
  return {
    id: team.id,
    teamTag: team.tag,
    catalogEntityTag: team.tag,
    type: team.type,
    isArchived: team.isArchived,
    metadata: {
      name: team.name,
      ...(description === undefined ? {} : { description }),
      ...(summary === undefined ? {} : { summary }),
    },
    links: team.links.map((link) => ({ ...link })),
    slackChannels: team.slackChannels.map((channel) => ({ ...channel })),
    ...(team.type === 'CORTEX'
      ? { cortexTeam: { members: people } }
      : { idpGroup: { group: team.externalId ?? team.name, provider: 'SCIM', members: people } }),
  }
}
