import { readLinks, readLinksTo } from '../memory/links.ts'
import { sentAmong, sentBy, sentPage } from '../memory/references-sent.ts'
import { managersOf, memberPage, membersAmong } from '../source.ts'
import type { CycleContext } from './context.ts'

type Reading = Pick<CycleContext, 'deps' | 'job'>

/** A user with a link whose manager is to be compared. */
export interface ManagerRow {
  readonly ownerId: string
  readonly ownerName: string
  readonly ownerTargetId: string
  /** The manager's id in the target; undefined when there is none, or none with a link. */
  readonly wanted: string | undefined
  readonly sent: readonly { readonly targetId: string; readonly isConfirmed: boolean }[]
}

/** How things stand with the managers of these users. Who left the scope is left alone; who is blocked keeps a manager. */
export async function readManagers({ deps, job }: Reading, ownerIds: readonly string[]): Promise<ManagerRow[]> {
  const { database } = deps
  const owners = await readLinks(database, job, 'User', ownerIds)
  const managers = await managersOf(database, job.tenantId, ownerIds)
  const links = await readLinks(database, job, 'User', [...new Set(managers.values())])
  const targetIds = [...owners.values()].flatMap(({ targetId }) => targetId ?? [])
  const sent = await sentBy(database, job, { ownerType: 'User', attribute: 'manager' }, targetIds)
  return [...owners.values()].flatMap(({ sourceId, targetId, displayName, isManaged }) =>
    targetId === undefined || !isManaged
      ? []
      : [
          {
            ownerId: sourceId,
            ownerName: displayName,
            ownerTargetId: targetId,
            wanted: links.get(managers.get(sourceId) ?? '')?.targetId,
            sent: sent.get(targetId) ?? [],
          },
        ],
  )
}

/** A user with a link who is, or was sent as, a member of a group. */
export interface MemberRow {
  readonly memberId: string
  readonly memberTargetId: string
  readonly isWanted: boolean
  readonly sent: 'no' | 'unconfirmed' | 'confirmed'
}

/** A group by the ids of both ends. */
export interface GroupEnds {
  readonly sourceId: string
  readonly targetId: string
}

/** How things stand with some members of a group. Who has no link can't be a member there. */
export async function readMembers(
  { deps, job }: Reading,
  group: GroupEnds,
  memberIds: readonly string[],
): Promise<MemberRow[]> {
  if (memberIds.length === 0) return []
  const { database } = deps
  const links = [...(await readLinks(database, job, 'User', memberIds)).values()]
  const targetIds = links.flatMap(({ targetId }) => targetId ?? [])
  const wanted = await membersAmong(database, job.tenantId, group.sourceId, memberIds)
  const sent = await sentAmong(database, job, membersOfGroup(group), targetIds)
  return links.flatMap(({ sourceId, targetId }) =>
    targetId === undefined
      ? []
      : [
          {
            memberId: sourceId,
            memberTargetId: targetId,
            isWanted: wanted.has(sourceId),
            sent: sent.get(targetId) ?? 'no',
          },
        ],
  )
}

const membersOfGroup = ({ targetId }: GroupEnds) =>
  ({ ownerType: 'Group', ownerTargetId: targetId, attribute: 'members' }) as const

const FIRST = '00000000-0000-0000-0000-000000000000'

/** The same for all members of a group, page by page: first who was sent and is no member any more, then the members. */
export async function* readAllMembers(context: Reading, group: GroupEnds, limit: number): AsyncIterable<MemberRow[]> {
  const { deps, job } = context
  for (let after = '', count = limit; count === limit; ) {
    const targetIds = await sentPage(deps.database, job, membersOfGroup(group), after, limit)
    count = targetIds.length
    after = targetIds.at(-1) ?? after
    const links = await readLinksTo(deps.database, job, 'User', targetIds)
    const rows = await readMembers(context, group, [...links.values()].map(({ sourceId }) => sourceId).sort())
    yield rows.filter(({ isWanted }) => !isWanted)
  }
  for (let after = FIRST, count = limit; count === limit; ) {
    const ids = await memberPage(deps.database, job.tenantId, group.sourceId, after, limit)
    count = ids.length
    after = ids.at(-1) ?? after
    yield await readMembers(context, group, ids)
  }
}
