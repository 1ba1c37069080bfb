import type { ListState } from '@muster/console-kit/list-state.ts'
import { membersOf, type TeamView } from './team-queries.ts'

/** Filters of the list of teams. The API hands out all teams at once, so what is searched is searched here. */
export const FILTERS = ['whose', 'type', 'archived'] as const

const names = new Intl.Collator('en', { sensitivity: 'base', numeric: true })

/** The teams that the list's address asks for, in its order. */
export function shownTeams(teams: readonly TeamView[], list: ListState, userId: string | undefined): TeamView[] {
  const wanted = list.search.trim().toLowerCase()
  const [isMine, type, archived] = [list.filter('whose') === 'mine', list.filter('type'), list.filter('archived')]
  const shown = teams.filter(
    (team) =>
      `${team.metadata.name} ${team.teamTag}`.toLowerCase().includes(wanted) &&
      (!isMine || isIn(team, userId)) &&
      (type === undefined || team.type === type) &&
      team.isArchived === (archived === 'yes'),
  )
  const sign = list.sort.startsWith('-') ? -1 : 1
  const by = list.sort.endsWith('members')
    ? (one: TeamView, other: TeamView) => membersOf(one).length - membersOf(other).length
    : () => 0
  return shown.sort((one, other) => sign * (by(one, other) || names.compare(one.metadata.name, other.metadata.name)))
}

export const isIn = (team: TeamView, userId: string | undefined): boolean =>
  userId !== undefined && membersOf(team).some(({ id }) => id === userId)
