import type { ReactNode } from 'react'
import { counted } from '../users/user-words.ts'
import type { RoleDetail } from './roles-queries.ts'

type Uses = RoleDetail['uses']

export const isUsed = ({ people, teams, keys, mappings, defaults }: Uses): boolean =>
  people + teams + keys + mappings + defaults > 0

/** Who and what holds a role, with a way to each list that can show them. */
export function RoleUses({ tag, uses }: { readonly tag: string; readonly uses: Uses }) {
  const { people, teams, keys, mappings, defaults } = uses
  const parts: readonly (readonly [count: number, node: ReactNode])[] = [
    [
      people,
      <a key="people" href={`/settings/permissions/users?status=ALL&role=${encodeURIComponent(`CUSTOM:${tag}`)}`}>
        {counted(people, 'person', 'people')}
      </a>,
    ],
    [teams, counted(teams, 'team', 'teams')],
    [
      keys,
      <a key="keys" href="/settings/api-keys">
        {counted(keys, 'API key', 'API keys')}
      </a>,
    ],
    [mappings, counted(mappings, 'role mapping', 'role mappings')],
    [defaults, 'everyone who arrives (it is the default role)'],
  ]
  const shown = parts.filter(([count]) => count > 0)
  if (shown.length === 0) return 'Nobody and nothing yet'
  return shown.map(([, node], place) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the kinds stand in one order.
    <span key={place}>
      {place > 0 && ', '}
      {node}
    </span>
  ))
}
