import { z } from 'zod'
import { descriptionText, idParam, nameText } from './common.ts'

const link = z.object({
  name: z.string().max(200),
  type: z.string().max(100),
  url: z.string().max(2000),
  description: descriptionText.optional(),
})

const slackChannel = z.object({
  name: z.string().max(200),
  notificationsEnabled: z.boolean().default(false),
  description: descriptionText.optional(),
})

const metadata = z.object({
  name: nameText,
  description: descriptionText.optional(),
  summary: descriptionText.optional(),
})

const member = z.object({
  id: z.string(),
  email: z.string(),
  name: z.string(),
  notificationsEnabled: z.boolean(),
  /** Jobs in the team, such as its leader. They carry no permission. */
  roles: z.array(z.object({ type: z.literal('TEAM_ROLE'), tag: z.string() })),
  description: z.string().optional(),
})

export const team = z
  .object({
    id: z.string(),
    teamTag: z.string(),
    catalogEntityTag: z.string(),
    type: z.enum(['CORTEX', 'IDP']),
    isArchived: z.boolean(),
    metadata,
    links: z.array(link),
    slackChannels: z.array(slackChannel),
    cortexTeam: z.object({ members: z.array(member) }).optional(),
    idpGroup: z.object({ group: z.string(), provider: z.literal('SCIM'), members: z.array(member) }).optional(),
  })
  .meta({ id: 'Team' })

export type TeamView = z.infer<typeof team>

export const teams = z.object({ teams: z.array(team) })

export const teamsQuery = z.object({
  teamTag: z.string().max(100).optional(),
  includeTeamsWithoutMembers: z.stringbool().default(true),
  /** The id of a person: their teams alone. */
  memberId: idParam.optional(),
})

/** A member whole: what is left out is as in a new one. The name is the account's own; one that is sent is let be. */
const memberIn = z.object({
  email: z
    .string()
    .max(320)
    .meta({ examples: ['ada@acme.example'] }),
  notificationsEnabled: z.boolean().default(true),
  roleTags: z
    .array(z.string().trim().min(1).max(100))
    .max(20)
    .default([])
    .transform((tags) => [...new Set(tags)])
    .meta({ examples: [['team-leader']] }),
  description: descriptionText.optional(),
})

export const teamTag = z
  .string()
  .min(1)
  .max(100)
  .regex(/^[A-Za-z0-9][A-Za-z0-9-]*$/, 'only letters, digits and hyphens')

export const teamNew = z.object({
  teamTag,
  /** A team of type IDP is made by its directory, over SCIM. */
  type: z.literal('CORTEX'),
  metadata,
  links: z.array(link).max(100).default([]),
  slackChannels: z.array(slackChannel).max(100).default([]),
  cortexTeam: z.object({ members: z.array(memberIn).max(1000).default([]) }).optional(),
})

export const teamChange = z.object({
  metadata,
  links: z.array(link).max(100).optional(),
  slackChannels: z.array(slackChannel).max(100).optional(),
})

export const teamMembers = z.object({ type: z.literal('CORTEX').optional(), members: z.array(memberIn).max(1000) })
export const teamMember = memberIn
export const teamParams = z.object({
  tagOrId: z
    .string()
    .max(100)
    .meta({ examples: ['payments'] }),
})
export const teamMemberParams = teamParams.extend({ userId: idParam })
export const teamQuery = z.object({ teamTag: z.string().max(100) })

const relatedTag = z.string().min(1).max(100)

/** That one team is part of another. A team may have several parents, and none of them is its own descendant. */
const teamEdge = z
  .object({
    parentTeamTag: relatedTag.meta({ examples: ['engineering'] }),
    childTeamTag: relatedTag.meta({ examples: ['payments'] }),
    provider: z
      .string()
      .trim()
      .min(1)
      .max(100)
      .optional()
      .meta({ description: 'Where the relationship was learnt from; kept as it is sent.', examples: ['WORKDAY'] }),
  })
  .meta({ id: 'TeamEdge' })

export const teamRelationships = z.object({ edges: z.array(teamEdge) })

/** Every edge of the workspace: what is left out is gone. A pair that is named twice is one edge, told as it was last. */
export const teamRelationshipsChange = z.object({ edges: z.array(teamEdge).max(5000) })

export const teamRelationshipsQuery = z.object({
  replace: z
    .literal('true', 'this replaces all relationships of the workspace; send replace=true to say that you mean it')
    .meta({ description: 'Must be `true`: the edges that are sent replace all there are.', examples: ['true'] }),
})
