import { relativeTime } from '@muster/console-kit/time-ago.tsx'
import { useQuery } from '@tanstack/react-query'
import { useAccessTokens } from '../access-tokens/token-queries.ts'
import { readAllKeys } from '../api-keys/api-key-queries.ts'
import { useMe } from '../me.tsx'
import { PERMISSION } from '../permissions.ts'
import { isQuiet } from '../scim/connection.tsx'
import { useLastScimCall, useScimSettings } from '../scim/scim-queries.ts'

/** Something that should be looked at, and where. */
export interface Hand {
  readonly what: string
  readonly href: string
  readonly tone: 'warn' | 'bad'
  /** Its state in a word or two. */
  readonly word: string
}

/** What ends within this is told, in ms: a week, as keys are reminded of. */
const SOON_MS = 7 * 86_400_000

/** What needs somebody, of what the reader may see. */
export function useHands(): readonly Hand[] {
  const me = useMe()
  const settings = useScimSettings(me.may(PERMISSION.configureScim)).data
  const { key } = useLastScimCall()
  const tokens = useAccessTokens().data ?? []
  const { data: keys = [] } = useQuery({
    queryKey: ['api-keys', 'all'],
    queryFn: ({ signal }) => readAllKeys(signal),
    enabled: me.may(PERMISSION.editApiKeys),
  })
  const at = Date.now()
  const hands: Hand[] = []
  if (settings?.automaticProvisioning && !settings.automaticDeprovisioning)
    hands.push({
      what: 'People arrive from your directory, but nobody leaves: deprovisioning is off.',
      href: '/settings/scim',
      tone: 'warn',
      word: 'Off',
    })
  if (key?.lastUsedDate !== undefined && isQuiet(key.lastUsedDate, at))
    hands.push({
      what: `Your identity provider called last ${relativeTime(new Date(key.lastUsedDate), at)}.`,
      href: '/settings/scim',
      tone: 'warn',
      word: 'Silent',
    })
  const ending = (
    list: readonly { readonly name: string; readonly expirationDate?: string | undefined }[],
    kind: string,
    href: string,
  ) => {
    for (const { name, expirationDate } of list) {
      if (expirationDate === undefined) continue
      const end = new Date(expirationDate)
      if (end.getTime() - at > SOON_MS) continue
      const isOver = end.getTime() <= at
      hands.push({
        what: isOver ? `The ${kind} “${name}” has ended.` : `The ${kind} “${name}” ends ${relativeTime(end, at)}.`,
        href,
        tone: isOver ? 'bad' : 'warn',
        word: isOver ? 'Ended' : 'Ends soon',
      })
    }
  }
  ending(keys, 'API key', '/settings/api-keys')
  ending(tokens, 'access token', '/settings/access-tokens')
  return hands
}
