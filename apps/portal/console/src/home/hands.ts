import { relativeTime } from '@muster/console-kit/time-ago.tsx'
import { useQuery } from '@tanstack/react-query'
import { useAccessTokens } from '../access-tokens/token-queries.ts'
import { readAllKeys } from '../api-keys/api-key-queries.ts'
import { useMe } from '../me.tsx'
import { PERMISSION } from '../permissions.ts'
import { isQuiet } from '../scim/connection.tsx'
import { type ScimSettings, useLastScimCall, useScimSettings } from '../scim/scim-queries.ts'

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

/** What needs somebody, of what the reader may see; and whether all of that could be read. */
export function useHands(): { readonly hands: readonly Hand[]; readonly isRead: boolean; readonly error: unknown } {
  const me = useMe()
  const mayConfigure = me.may(PERMISSION.configureScim)
  const switches = useScimSettings(mayConfigure)
  const lastCall = useLastScimCall()
  const ownTokens = useAccessTokens()
  const mayEditKeys = me.may(PERMISSION.editApiKeys)
  const allKeys = useQuery({
    queryKey: ['api-keys', 'all'],
    queryFn: ({ signal }) => readAllKeys(signal),
    enabled: mayEditKeys,
  })
  const isRead =
    ownTokens.data !== undefined &&
    (!mayConfigure || switches.data !== undefined) &&
    (!mayEditKeys || allKeys.data !== undefined) &&
    (!lastCall.isAllowed || lastCall.isKnown)
  return {
    hands: handsIn(switches.data, lastCall.key?.lastUsedDate, allKeys.data ?? [], ownTokens.data ?? []),
    isRead,
    error: isRead ? null : (ownTokens.error ?? switches.error ?? allKeys.error ?? lastCall.error),
  }
}

type Ending = readonly { readonly name: string; readonly expirationDate?: string | undefined }[]

function handsIn(
  settings: ScimSettings | undefined,
  lastCall: string | undefined,
  keys: Ending,
  tokens: Ending,
): readonly Hand[] {
  const at = Date.now()
  const hands: Hand[] = []
  if (settings?.automaticProvisioning && !settings.automaticDeprovisioning)
    hands.push({
      what: 'People arrive from your directory, but nobody leaves: deprovisioning is off.',
      href: '/settings/scim',
      tone: 'warn',
      word: 'Off',
    })
  if (lastCall !== undefined && isQuiet(lastCall, at))
    hands.push({
      what: `Your identity provider called last ${relativeTime(new Date(lastCall), at)}.`,
      href: '/settings/scim',
      tone: 'warn',
      word: 'Silent',
    })
  const ending = (list: Ending, kind: string, href: string) => {
    for (const { name, expirationDate } of list) {
      if (expirationDate === undefined) continue
      const end = new Date(expirationDate)
      // What ended longer ago has been missed by nobody.
      if (Math.abs(end.getTime() - at) > SOON_MS) continue
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
