import type { Tx } from '@muster/service-kit/database.ts'
import { randomText } from '@muster/service-kit/ids.ts'
import { Refusal } from '@muster/service-kit/refusals.ts'
import { insertTeam, type NewTeam } from './repository.ts'
import { slug, type Team } from './team.ts'

/** Inserts a team under a tag made from its name; when that is taken, with a few random characters behind it. */
export async function insertWithFreeTag(tx: Tx, team: Omit<NewTeam, 'tag'>): Promise<Team> {
  const plain = slug(team.name)
  for (const tag of [plain, `${plain}-${suffix(4)}`, `${plain}-${suffix(12)}`]) {
    const inserted = await insertTeam(tx, { ...team, tag })
    if (inserted) return inserted
  }
  throw new Refusal('conflict', `No tag is free for a team called "${team.name}".`)
}

const suffix = (length: number): string => randomText(length).toLowerCase()
