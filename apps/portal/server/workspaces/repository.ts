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

function fromRow(row: WorkspaceRow): Workspace {
  return { id: row.workspace_id, name: row.name, createdAt: row.created_at }
}
