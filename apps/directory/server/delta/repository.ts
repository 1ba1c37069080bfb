import { type Executor, hot, run } from '@muster/service-kit/database.ts'
import type { ObjectType } from '../changes/record.ts'
import { toGraphGroup } from '../directory/groups/group.ts'
import { GROUP_COLUMNS, type GroupRow, toGroup } from '../directory/groups/repository.ts'
import { toUser, USER_COLUMNS, type UserRow } from '../directory/users/repository.ts'
import { toGraphUser } from '../directory/users/user.ts'
import type { Position } from './token.ts'

/** An object as it is now, in Graph's shape. */
export interface DeltaObject {
  readonly id: string
  readonly isDeleted: boolean
  readonly body: object
}

/** One reference of an object, a member or the manager, and whether it holds now, to somebody who is not deleted. */
export interface DeltaReference {
  readonly owner: string
  readonly target: string
  /** Undefined when the target is gone for good. */
  readonly type: ObjectType | undefined
  readonly holds: boolean
}

const LOWEST_ID = '00000000-0000-0000-0000-000000000000'

const page = (columns: string, table: string) =>
  hot(`select ${columns} from directory.${table}
    where tenant_id = $1 and id >= $2 and (id <> $2 or $3) and deleted_at is null order by id limit $4`)
const byId = (columns: string, table: string) =>
  hot(`select ${columns} from directory.${table} where tenant_id = $1 and id = any($2::uuid[])`)

/** Whether the object of an id is there: null when it never was or is gone for good. */
const lives = (table: 'users' | 'groups', id: string) =>
  `(select l.deleted_at is null from directory.${table} l where l.tenant_id = $1 and l.id = ${id})`

/**
 * The statements of both kinds of objects. References have the same columns for both. What they refer to is looked up
 * row by row, after the limit where there is one: joins are planned badly while a table has no statistics.
 */
const STATEMENTS = {
  User: {
    page: page(USER_COLUMNS, 'users'),
    byId: byId(USER_COLUMNS, 'users'),
    references: hot(`select o.id as owner, o.manager_id as target, 'User' as type, true as holds from directory.users o
      where o.tenant_id = $1 and o.id >= $2 and o.id <= $4 and (o.id <> $2 or o.manager_id > $3) and o.manager_id is not null
        and ${lives('users', 'o.manager_id')}
      order by o.id limit $5`),
    touched: hot(`select p.owner, p.target, case when ${lives('users', 'p.target')} is not null then 'User' end as type,
        (${lives('users', 'p.target')}
          and (select o.manager_id = p.target from directory.users o where o.tenant_id = $1 and o.id = p.owner)) is true as holds
      from (select owner, target from (
          select object_id as owner, target_id as target from directory.changes
            where tenant_id = $1 and sequence > $2 and sequence <= $3 and kind = 'reference' and object_type = 'User'
          union select id, manager_id from directory.users where tenant_id = $1 and manager_id = any($4::uuid[])
          union select id, manager_id from directory.users
            where tenant_id = $1 and id = any($4::uuid[]) and manager_id is not null
        ) every where (owner, target) > ($5::uuid, $6::uuid) order by owner, target limit $7) p
      order by p.owner, p.target`),
  },
  Group: {
    page: page(GROUP_COLUMNS, 'groups'),
    byId: byId(GROUP_COLUMNS, 'groups'),
    references: hot(`select m.group_id as owner, m.member_id as target, m.member_type as type, true as holds
      from directory.group_members m
      where m.tenant_id = $1 and (m.group_id, m.member_id) > ($2::uuid, $3::uuid) and m.group_id <= $4
        and case m.member_type when 'User' then ${lives('users', 'm.member_id')} else ${lives('groups', 'm.member_id')} end
      order by m.group_id, m.member_id limit $5`),
    touched: hot(`select p.owner, p.target,
        case when ${lives('users', 'p.target')} is not null then 'User'
          when ${lives('groups', 'p.target')} is not null then 'Group' end as type,
        (coalesce(${lives('users', 'p.target')}, ${lives('groups', 'p.target')})
          and exists (select 1 from directory.group_members m
            where m.tenant_id = $1 and m.group_id = p.owner and m.member_id = p.target)) is true as holds
      from (select owner, target from (
          select object_id as owner, target_id as target from directory.changes
            where tenant_id = $1 and sequence > $2 and sequence <= $3 and kind = 'reference' and object_type = 'Group'
          union select group_id, member_id from directory.group_members where tenant_id = $1 and member_id = any($4::uuid[])
          union select group_id, member_id from directory.group_members where tenant_id = $1 and group_id = any($4::uuid[])
        ) every where (owner, target) > ($5::uuid, $6::uuid) order by owner, target limit $7) p
      order by p.owner, p.target`),
  },
} as const

/** The living objects of a kind by id, after a position; those of a position among references begin with its owner. */
export async function readObjects(
  on: Executor,
  tenantId: string,
  type: ObjectType,
  position: Position | undefined,
  limit: number,
): Promise<DeltaObject[]> {
  const from = [position?.owner ?? LOWEST_ID, position?.target !== undefined]
  return read(on, type, STATEMENTS[type].page, [tenantId, ...from, limit])
}

/** The objects of these ids, deleted ones too. */
export async function readObjectsById(
  on: Executor,
  tenantId: string,
  type: ObjectType,
  ids: readonly string[],
): Promise<Map<string, DeltaObject>> {
  const objects = await read(on, type, STATEMENTS[type].byId, [tenantId, ids])
  return new Map(objects.map((object) => [object.id, object]))
}

async function read(
  on: Executor,
  type: ObjectType,
  statement: string,
  values: readonly unknown[],
): Promise<DeltaObject[]> {
  const object = ({ id, deletedAt }: { readonly id: string; readonly deletedAt: Date | undefined }, body: object) => ({
    id,
    isDeleted: deletedAt !== undefined,
    body,
  })
  if (type === 'User')
    return (await run<UserRow>(on, statement, values)).map(toUser).map((user) => object(user, toGraphUser(user)))
  return (await run<GroupRow>(on, statement, values)).map(toGroup).map((group) => object(group, toGraphGroup(group)))
}

interface ReferenceRow extends Omit<DeltaReference, 'type'> {
  readonly type: ObjectType | null
}

const toReference = ({ type, ...row }: ReferenceRow): DeltaReference => ({ ...row, type: type ?? undefined })

/** The references of all objects of a kind from one id to another, in order, after a position among the first's. */
export async function readReferences(
  on: Executor,
  tenantId: string,
  type: ObjectType,
  { from, after = LOWEST_ID, to }: { readonly from: string; readonly after: string | undefined; readonly to: string },
  limit: number,
): Promise<DeltaReference[]> {
  const values = [tenantId, from, after, to, limit]
  return (await run<ReferenceRow>(on, STATEMENTS[type].references, values)).map(toReference)
}

/**
 * The references that changes are about, as they are now, in order, after a position: those that were given or taken, and
 * all those from and to an object that was deleted or has returned. One to a deleted object does not hold.
 *
 * @param moved Objects that were deleted or have returned.
 */
export async function readTouchedReferences(
  on: Executor,
  tenantId: string,
  type: ObjectType,
  changes: { readonly after: number; readonly to: number; readonly moved: readonly string[] },
  position: Required<Position> | undefined,
  limit: number,
): Promise<DeltaReference[]> {
  const { owner = LOWEST_ID, target = LOWEST_ID } = position ?? {}
  const values = [tenantId, changes.after, changes.to, changes.moved, owner, target, limit]
  return (await run<ReferenceRow>(on, STATEMENTS[type].touched, values)).map(toReference)
}

const TOUCHING = hot(`select sequence, kind, operation, object_type, object_id from directory.changes
  where tenant_id = $1 and sequence > $2 and sequence <= $3
    and ((object_type = $4 and kind = 'object') or ($5 and object_type = $4 and kind = 'reference')
      or ($5 and kind = 'object' and operation in ('softDelete', 'restore')))
  order by sequence limit $6`)

/** A change that objects of a kind have to be looked at for. */
export interface TouchingChange {
  readonly sequence: number
  readonly kind: 'object' | 'reference'
  readonly operation: string
  readonly objectType: ObjectType
  readonly objectId: string
}

/** The changes numbered after `after` up to `to` that are about objects of a kind or, if asked for, their references. */
export async function readTouchingChanges(
  on: Executor,
  tenantId: string,
  type: ObjectType,
  { after, to, withReferences }: { readonly after: number; readonly to: number; readonly withReferences: boolean },
  limit: number,
): Promise<TouchingChange[]> {
  const rows = await run<{
    sequence: string
    kind: TouchingChange['kind']
    operation: string
    object_type: ObjectType
    object_id: string
  }>(on, TOUCHING, [tenantId, after, to, type, withReferences, limit])
  return rows.map((row) => ({
    sequence: Number(row.sequence),
    kind: row.kind,
    operation: row.operation,
    objectType: row.object_type,
    objectId: row.object_id,
  }))
}

const IS_KEPT = hot('select 1 from directory.changes where tenant_id = $1 and sequence = $2')

/** Whether the feed still has the change of this number. */
export async function isChangeKept(on: Executor, tenantId: string, sequence: number): Promise<boolean> {
  return (await run(on, IS_KEPT, [tenantId, sequence])).length > 0
}
