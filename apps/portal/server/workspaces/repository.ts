import { type Executor, hot, run, type Tx } from '@muster/service-kit/database.ts'

/** One customer: everything the portal stores belongs to exactly one. */
export interface Workspace {
  /** The 8 characters that its credentials carry. */
  readonly id: string
  readonly name: string
  readonly createdAt: Date
}

interface WorkspaceRow {
  readonly workspace_id: string
  readonly name: string
  readonly created_at: Date
}

const COLUMNS = 'workspace_id, name, created_at'
const INSERT = hot('insert into portal.workspaces (workspace_id, name, created_at) values ($1, $2, $3)')
const FIND = hot(`select ${COLUMNS} from portal.workspaces where workspace_id = $1`)
const FIRST = hot(`select ${COLUMNS} from portal.workspaces order by created_at, workspace_id limit $1`)

const ALL = hot(`select ${COLUMNS} from portal.workspaces order by created_at, workspace_id`)
const FIRST_ADMIN = hot(
  'select id, email from portal.users where workspace_id = $1 and local_admin order by created_at, id limit 1 for update',
)
const SET_PASSWORD = hot(
  'update portal.users set password_hash = $3, last_modified_at = $4 where workspace_id = $1 and id = $2',
)

export async function insertWorkspace(tx: Tx, { id, name, createdAt }: Workspace): Promise<void> {
  await run(tx, INSERT, [id, name, createdAt])
}

export async function findWorkspace(on: Executor, id: string): Promise<Workspace | undefined> {
  const rows = await run<WorkspaceRow>(on, FIND, [id])
  return rows[0] && fromRow(rows[0])
}

/** The one workspace there is; undefined when there are none or several, and so must be named. */
export async function findOnlyWorkspace(on: Executor): Promise<Workspace | undefined> {
  const [first, second] = await run<WorkspaceRow>(on, FIRST, [2])
  return first && !second ? fromRow(first) : undefined
}

/** Every workspace of this database, the oldest first. */
export async function listWorkspaces(on: Executor): Promise<Workspace[]> {
  return (await run<WorkspaceRow>(on, ALL, [])).map(fromRow)
}

/** The one who signs in by password, held until the transaction ends. */
export async function findFirstAdmin(
  tx: Tx,
  workspaceId: string,
): Promise<{ readonly id: string; readonly email: string } | undefined> {
  const [row] = await run<{ id: string; email: string }>(tx, FIRST_ADMIN, [workspaceId])
  return row
}

export async function setLocalPassword(
  tx: Tx,
  workspaceId: string,
  id: string,
  hash: string,
  now: Date,
): Promise<void> {
  await run(tx, SET_PASSWORD, [workspaceId, id, hash, now])
}

function fromRow(row: WorkspaceRow): Workspace {
  return { id: row.workspace_id, name: row.name, createdAt: row.created_at }
}
