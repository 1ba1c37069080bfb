import { replaceAllowList } from '../ip-allowlist/replace-allow-list.ts'
import { listEntries } from '../ip-allowlist/repository.ts'
import { type InstallationDeps, installing } from './create-workspace.ts'

/**
 * Lets every address call the workspace again: the way back in for whoever holds the installation when a list has shut
 * everybody out.
 *
 * @returns how many entries were removed.
 */
export async function clearAllowList(
  { database, clock }: Pick<InstallationDeps, 'database' | 'clock'>,
  workspaceId: string,
): Promise<number> {
  return database.transaction(async (tx) => {
    const { total } = await listEntries(tx, workspaceId, { limit: undefined, offset: 0 })
    await replaceAllowList(tx, installing(workspaceId, clock), [], { force: true })
    return total
  })
}
