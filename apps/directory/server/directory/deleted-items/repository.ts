import { type Executor, hot, run } from '@muster/service-kit/database.ts'
import { isUuid } from '@muster/service-kit/ids.ts'
import { Refusal } from '@muster/service-kit/refusals.ts'
import { type ListQuery, type Page, toPage } from '../../graph/odata.ts'
import { type Group, toGraphGroup } from '../groups/group.ts'
import { GROUP_COLUMNS, type GroupRow, toGroup } from '../groups/repository.ts'
import { toUser, USER_COLUMNS, type UserRow } from '../users/repository.ts'
import { toGraphUser, type User } from '../users/user.ts'

const FIND_USER = hot(
  `select ${USER_COLUMNS} from directory.users where tenant_id = $1 and id = $2 and deleted_at is not null`,
)
const FIND_GROUP = hot(
  `select ${GROUP_COLUMNS} from directory.groups where tenant_id = $1 and id = $2 and deleted_at is not null`,
)
const LIST_USERS = hot(`select ${USER_COLUMNS} from directory.users
  where tenant_id = $1 and deleted_at is not null and (deleted_at, id) < ($2, $3) order by deleted_at desc, id desc limit $4`)
const LIST_GROUPS = hot(`select ${GROUP_COLUMNS} from directory.groups
  where tenant_id = $1 and deleted_at is not null and (deleted_at, id) < ($2, $3) order by deleted_at desc, id desc limit $4`)

/** Something that was deleted and can still return. */
export type DeletedItem =
  | { readonly type: 'User'; readonly item: User }
  | { readonly type: 'Group'; readonly item: Group }

export async function findDeletedItem(on: Executor, tenantId: string, id: string): Promise<DeletedItem | undefined> {
  const [user] = await run<UserRow>(on, FIND_USER, [tenantId, id])
  if (user) return { type: 'User', item: toUser(user) }
  const [group] = await run<GroupRow>(on, FIND_GROUP, [tenantId, id])
  return group && { type: 'Group', item: toGroup(group) }
}

/** The deleted users or groups, those deleted last first, a page at a time. */
export async function listDeletedItems(
  on: Executor,
  tenantId: string,
  type: DeletedItem['type'],
  query: ListQuery,
): Promise<Page<object>> {
  const after = readAfter(query.after)
  const more = query.top + 1
  const items: DeletedItem[] =
    type === 'User'
      ? (await run<UserRow>(on, LIST_USERS, [tenantId, ...after, more])).map((row) => ({ type, item: toUser(row) }))
      : (await run<GroupRow>(on, LIST_GROUPS, [tenantId, ...after, more])).map((row) => ({ type, item: toGroup(row) }))
  const page = toPage(items, query.top, ({ item }) => [item.deletedAt?.toISOString() ?? '', item.id])
  return { ...page, items: page.items.map(toGraph) }
}

const HIGHEST_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff'

function readAfter(after: readonly string[] | undefined): readonly [string, string] {
  const [time = 'infinity', id = HIGHEST_ID] = after ?? []
  if (!isUuid(id) || (time !== 'infinity' && Number.isNaN(Date.parse(time))))
    throw new Refusal('invalid', "The '$skiptoken' is not one that was given here.")
  return [time, id]
}

export function toGraph(deleted: DeletedItem): object {
  return deleted.type === 'User' ? toGraphUser(deleted.item) : toGraphGroup(deleted.item)
}
