import { type Executor, execute, hot, run, type Tx } from '@muster/service-kit/database.ts'
import type { TeamEdge } from './relationships.ts'

interface EdgeRow {
  readonly parent_tag: string
  readonly child_tag: string
  readonly provider: string | null
}

const LIST = hot(`
  select p.tag as parent_tag, c.tag as child_tag, r.provider from portal.team_relationships r
  join portal.teams p on p.workspace_id = r.workspace_id and p.id = r.parent_id
  join portal.teams c on c.workspace_id = r.workspace_id and c.id = r.child_id
  where r.workspace_id = $1 order by p.tag, c.tag`)
// `for key share` makes a deletion wait and lets every other change of a team pass. Those whose edges go are locked too:
// their deletion would take the same rows in another order.
const LOCK = hot(`
  select t.id, t.tag, t.name from portal.teams t where t.workspace_id = $1 and (t.tag = any($2::text[]) or t.id in (
    select parent_id from portal.team_relationships where workspace_id = $1
    union all select child_id from portal.team_relationships where workspace_id = $1))
  order by t.id for key share`)
const CLEAR = hot('delete from portal.team_relationships where workspace_id = $1')
const INSERT = hot(`
  insert into portal.team_relationships (workspace_id, parent_id, child_id, provider)
  select $1, parent_id, child_id, provider from unnest($2::uuid[], $3::uuid[], $4::text[]) given (parent_id, child_id, provider)`)

/** All relationships of a workspace, by the parent's tag and then the child's. */
export async function listRelationships(on: Executor, workspaceId: string): Promise<TeamEdge[]> {
  return (await run<EdgeRow>(on, LIST, [workspaceId])).map((row) => ({
    parentTeamTag: row.parent_tag,
    childTeamTag: row.child_tag,
    ...(row.provider === null ? {} : { provider: row.provider }),
  }))
}

export interface RelatedTeam {
  readonly id: string
  readonly tag: string
  readonly name: string
}

/** Keeps the teams that are named, and all that have relationships, from being deleted until the transaction ends. */
export async function lockRelated(
  tx: Tx,
  workspaceId: string,
  tags: Iterable<string>,
): Promise<ReadonlyMap<string, RelatedTeam>> {
  const rows = await run<RelatedTeam>(tx, LOCK, [workspaceId, [...tags]])
  return new Map(rows.map((team) => [team.tag, team]))
}

/** One relationship, by the ids of teams that are locked. */
export interface StoredEdge {
  readonly parentId: string
  readonly childId: string
  readonly provider: string | undefined
}

/** Makes these all there are; no pair twice. */
export async function storeRelationships(tx: Tx, workspaceId: string, edges: readonly StoredEdge[]): Promise<void> {
  await execute(tx, CLEAR, [workspaceId])
  await execute(tx, INSERT, [
    workspaceId,
    edges.map(({ parentId }) => parentId),
    edges.map(({ childId }) => childId),
    edges.map(({ provider }) => provider ?? null),
  ])
}
