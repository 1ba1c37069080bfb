import { isUuid } from '@muster/service-kit/ids.ts'
import { Refusal } from '@muster/service-kit/refusals.ts'
import { z } from 'zod'

const sequence = z.int().min(0)
const id = z.string().refine(isUuid)
/** A place in a list of objects and, inside one of them, of its references. */
const position = z.strictObject({ owner: id, target: id.optional() })
const common = {
  /** What `$select` and `$top` said in the first request; both are carried along. */
  select: z.array(z.string()).optional(),
  top: z.int().min(1),
  /** The number of the change feed that was the last when this round began, and when that was, in milliseconds. */
  upTo: sequence,
  at: z.int(),
}

const state = z.discriminatedUnion('kind', [
  /** Everything there is, by id: the next page begins after `position`. */
  z.strictObject({ kind: z.literal('everything'), ...common, position: position.optional() }),
  /**
   * What changed after the number `after`, which was the last at `since`. With `position`, the page before ended
   * among the references that the changes up to `to` are about.
   */
  z.strictObject({
    kind: z.literal('changes'),
    ...common,
    since: z.int(),
    after: sequence,
    to: sequence.optional(),
    position: position.required().optional(),
  }),
  /** The round is over: the next one tells what changed after `upTo`. */
  z.strictObject({ kind: z.literal('done'), ...common }),
])

export type DeltaState = z.infer<typeof state>
export type Position = z.infer<typeof position>

const sealed = z.strictObject({ tenant: z.string(), of: z.string(), state })

/** Whose changes a token tells of: those of one collection of one tenant. */
export interface TokenScope {
  readonly tenant: string
  /** `users` or `groups`. */
  readonly of: string
}

/** A state as the `$skiptoken` or `$deltatoken` of a link. It holds nothing that its reader may not know. */
export function writeToken({ tenant, of }: TokenScope, state: DeltaState): string {
  return Buffer.from(JSON.stringify({ tenant, of, state })).toString('base64url')
}

/** @throws {Refusal} `invalid` for a token that was not given for this collection of this tenant. */
export function readToken(scope: TokenScope, text: string): DeltaState {
  const read = sealed.safeParse(parse(text))
  if (!read.success || read.data.tenant !== scope.tenant || read.data.of !== scope.of)
    throw new Refusal('invalid', 'Badly formed token.')
  return read.data.state
}

function parse(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString('utf8'))
  } catch {
    return undefined
  }
}
