import { z } from 'zod'

/** The id of a person, a team, a session … in an address. What can't be one is nobody's. */
export const idParam = z
  .string()
  .max(100)
  .meta({ examples: ['019ab3c4-5d6e-7f80-9a1b-2c3d4e5f6071'] })

/** The body of every refusal under `/api/v1`. */
export const errorBody = z
  .object({
    type: z.string(),
    message: z.string(),
    details: z.record(z.string(), z.unknown()).optional(),
    httpStatus: z.number().int(),
    requestId: z.string(),
  })
  .meta({ id: 'Error' })

export type ErrorBody = z.infer<typeof errorBody>

/** A point in time, as ISO 8601 in UTC. */
export const instant = z.iso.datetime()

/** A point in time as callers send it: ISO 8601 with an offset. */
export const instantIn = z.iso
  .datetime({ offset: true })
  .meta({ examples: ['2027-01-31T23:59:59+01:00'] })
  .transform((text) => new Date(text))

const MOST_PER_PAGE = 1000
const USUAL_PER_PAGE = 250

/** Lists are paged from 0. */
export const pageQuery = z.object({
  page: z.coerce.number().int().min(0).max(1_000_000).default(0),
  pageSize: z.coerce.number().int().min(1).max(MOST_PER_PAGE).default(USUAL_PER_PAGE),
})

export type PageQuery = z.infer<typeof pageQuery>

/** What stands beside the items of a page. */
export const pageFields = { page: z.number().int(), total: z.number().int(), totalPages: z.number().int() }

export const pageOf = ({ page, pageSize }: PageQuery, total: number) => ({
  page,
  total,
  totalPages: Math.ceil(total / pageSize),
})

/** Names that people give to things. */
export const nameText = z.string().trim().min(1).max(200)
export const descriptionText = z.string().trim().max(2000)
