import { endOfDay, startOfDay } from '@muster/console-kit/days.ts'
import type { ListState } from '@muster/console-kit/list-state.ts'

/** Filters that are typed, in the order in which they are shown. Named as the API names them, the days aside. */
export const TYPED_FILTERS = [
  { name: 'actorEmails', label: 'Actor e-mail', placeholder: 'ada@acme.example' },
  {
    name: 'objectIdentifiers',
    label: 'Object identifier',
    placeholder: 'An e-mail, or the name of a team, key or role',
  },
  { name: 'actorApiKeyIdentifiers', label: 'API key identifier', placeholder: 'ak0123456789abcdef' },
  { name: 'actorIpAddresses', label: 'Actor IP address', placeholder: '203.0.113.7' },
] as const

/** Days in the reader's zone. */
export const DAYS = [
  { name: 'from', label: 'From' },
  { name: 'to', label: 'To' },
] as const

export const CHOSEN_FILTERS = ['actions', 'objectTypes', 'actorTypes'] as const

/** Every filter of the page. */
export const FILTERS: readonly string[] = [...CHOSEN_FILTERS, ...TYPED_FILTERS.map(({ name }) => name), 'from', 'to']

const A_DAY = /^\d{4}-\d{2}-\d{2}$/

/** What the page's address asks the API for. */
export function searchOf(list: ListState, pageSize: number): URLSearchParams {
  const search = new URLSearchParams({ page: String(list.page), pageSize: String(pageSize) })
  for (const name of [...CHOSEN_FILTERS, ...TYPED_FILTERS.map(({ name: typed }) => typed)]) {
    const value = list.filter(name)
    if (value) search.set(name, value)
  }
  const [from, to] = [list.filter('from'), list.filter('to')]
  if (from && A_DAY.test(from)) search.set('startTime', startOfDay(from))
  if (to && A_DAY.test(to)) search.set('endTime', endOfDay(to))
  return search
}
