import { Anchor, Text } from '@mantine/core'
import { LoopDiagram } from '@muster/console-kit/loop-diagram.tsx'
import type { Tone } from '@muster/console-kit/status.tsx'
import { relativeTime } from '@muster/console-kit/time-ago.tsx'
import { useMe } from '../me.tsx'
import { useLastScimCall } from './scim-queries.ts'

/** Where a directory sends its calls. */
export const tenantUrl = (): string => `${window.location.origin}/scim/v2`

/** A directory calls every 40 minutes; silence for longer than two of these is worth a look. In ms. */
const QUIET_MS = 90 * 60_000

/** Whether the identity provider has been silent for longer than it should. */
export const isQuiet = (lastCall: string, at: number): boolean => at - new Date(lastCall).getTime() > QUIET_MS

const count = new Intl.NumberFormat('en')
const peopleWord = (total: number): string => `${count.format(total)} ${total === 1 ? 'person' : 'people'}`

/** The connection as it is now: the last call of the identity provider, and how many people came by it. */
export function Connection() {
  const { workspace } = useMe()
  const { isAllowed, isKnown, hasKey, key, people, error } = useLastScimCall()
  const { tone, lastCall } = callOf(key?.lastUsedDate, { isKnown, isAllowed, isFailed: error !== null })
  return (
    <>
      <LoopDiagram
        from={{ name: 'Identity provider', detail: key ? `Key: ${key.name}` : 'Your directory' }}
        to={{
          name: workspace.name,
          detail: people === undefined ? 'This workspace' : `${peopleWord(people)} here by SCIM`,
        }}
        address={tenantUrl()}
        lastCall={lastCall}
        tone={tone}
      />
      {tone === 'warn' && (
        <Text size="sm" mt="sm">
          A directory usually calls every 40 minutes. Look at its provisioning page: the job may be stopped or in
          quarantine.
        </Text>
      )}
      {hasKey && !key && (
        <Text size="sm" c="dimmed" mt="sm">
          A key is there. Paste it with the Tenant URL into your directory and test the connection.
        </Text>
      )}
      {(people ?? 0) > 0 && (
        <Text size="sm" mt="sm">
          <Anchor href="/settings/permissions/users?source=SCIM" inherit>
            See who came by SCIM
          </Anchor>
        </Text>
      )}
    </>
  )
}

function callOf(
  used: string | undefined,
  {
    isKnown,
    isAllowed,
    isFailed,
  }: { readonly isKnown: boolean; readonly isAllowed: boolean; readonly isFailed: boolean },
): { readonly tone: Tone; readonly lastCall: string } {
  if (!isAllowed) return { tone: 'idle', lastCall: 'Last call: needs “Edit API keys”' }
  if (!isKnown && isFailed) return { tone: 'idle', lastCall: 'The last call could not be read' }
  if (!isKnown) return { tone: 'idle', lastCall: 'Looking for the last call…' }
  if (used === undefined) return { tone: 'idle', lastCall: 'No call from your identity provider yet' }
  const at = Date.now()
  const instant = new Date(used)
  return {
    tone: isQuiet(used, at) ? 'warn' : 'good',
    // Last used is kept to the minute, which may lie a moment ahead of it.
    lastCall: `Last call ${relativeTime(instant, Math.max(at, instant.getTime()))}`,
  }
}
