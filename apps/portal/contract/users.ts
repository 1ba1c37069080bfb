import { z } from 'zod'
import { idParam, instant, nameText, pageFields, pageQuery } from './common.ts'
import { role } from './roles.ts'
import { session } from './sessions.ts'

const teamOfUser = z.object({ id: z.string(), teamTag: z.string(), name: z.string() })

const userFields = {
  /** The SCIM id. */
  id: z.string(),
  email: z.string(),
  name: z.string(),
  status: z.enum(['ACTIVE', 'DEACTIVATED']),
  source: z.enum(['SCIM', 'SIGN_IN', 'MANUAL']),
  externalId: z.string().optional(),
  /** Held directly. */
  roles: z.array(role),
  teams: z.array(teamOfUser),
  joinedAt: instant,
  /** To the minute; absent before the first time. */
  lastActiveAt: instant.optional(),
}

export const user = z.object(userFields).meta({ id: 'User' })
export type UserView = z.infer<typeof user>

export const userSort = z.enum(['name', '-name', 'email', '-email', 'joinedAt', '-joinedAt'])

export const usersQuery = pageQuery.extend({
  /** A part of the name or of the e-mail, in any letter case. */
  search: z.string().trim().max(200).optional(),
  /** A built-in role by its name, or a custom one by its tag; `BASIC:ADMIN` and `CUSTOM:tag` where the two could be mixed up. */
  role: z
    .string()
    .max(120)
    .optional()
    .meta({ examples: ['ADMIN', 'CUSTOM:my-role'] }),
  source: z.enum(['SCIM', 'SIGN_IN', 'MANUAL']).optional(),
  sort: userSort.default('name'),
  status: z.enum(['ACTIVE', 'DEACTIVATED', 'ALL']).default('ACTIVE'),
})

export const users = z.object({ users: z.array(user), ...pageFields })

export const userDetail = z
  .object({
    ...userFields,
    accessTokens: z.array(
      z.object({
        id: z.string(),
        name: z.string(),
        last4: z.string(),
        createdAt: instant,
        expirationDate: instant.optional(),
      }),
    ),
    sessions: z.array(session),
  })
  .meta({ id: 'UserDetail' })

export const userNew = z.object({ email: z.email().max(320), name: nameText })
export const userParams = z.object({ id: idParam })

export const userRolesQuery = pageQuery.extend({
  /** One or several addresses, comma-separated, in any letter case. */
  email: z
    .string()
    .max(10_000)
    .optional()
    .meta({ examples: ['ada@acme.example,grace@acme.example'] }),
})

export const userRoles = z.object({
  users: z.array(z.object({ email: z.string(), name: z.string(), roles: z.array(role) })),
  ...pageFields,
})

export const userPermissions = z.object({
  permissions: z.array(
    z.object({
      name: z.string(),
      /** Each way in which it is held. */
      via: z.array(
        z.object({
          role,
          team: teamOfUser.optional(),
          /** Of the grant (DEFAULT, MAPPING, ADMIN, BOOTSTRAP) or of the place in the team (SCIM, MANUAL). */
          source: z.string(),
        }),
      ),
    }),
  ),
})

export const deprovisionings = z.object({
  deprovisionings: z.array(
    z.object({
      timestamp: instant,
      actorType: z.string(),
      actorIdentifier: z.string().optional(),
      removed: z.object({
        roles: z.array(role),
        teams: z.array(teamOfUser),
        /** Names of personal access tokens. */
        accessTokens: z.array(z.string()),
        /** How many. */
        sessions: z.number().int(),
      }),
    }),
  ),
})
