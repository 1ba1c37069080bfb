import { type Executor, hot, run } from '@muster/service-kit/database.ts'
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

export function toGraph(deleted: DeletedItem): object {
  return deleted.type === 'User' ? toGraphUser(deleted.item) : toGraphGroup(deleted.item)
}
