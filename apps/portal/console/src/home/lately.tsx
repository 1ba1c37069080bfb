import { Anchor, Text } from '@mantine/core'
import { Section } from '@muster/console-kit/page.tsx'
import { Loaded } from '@muster/console-kit/states.tsx'
import { TimeAgo } from '@muster/console-kit/time-ago.tsx'
import { entryKey, useAuditLogs, useKeyNames } from '../audit-logs/audit-queries.ts'
import { actorName, sentenceOf } from '../audit-logs/audit-words.ts'
import classes from './home.module.css'

const LAST = new URLSearchParams({ pageSize: '8' })

/** What happened here lately. */
export function Lately() {
  const logs = useAuditLogs(LAST)
  const keyNames = useKeyNames()
  return (
    <Section
      title="Lately"
      actions={
        <Anchor href="/settings/audit-logs" size="sm">
          See all
        </Anchor>
      }
    >
      <Loaded query={logs}>
        {(page) => (
          <ul className={classes.list}>
            {page.logs.map((entry) => (
              <li key={entryKey(entry)}>
                <Anchor
                  href={`/settings/audit-logs?open=${encodeURIComponent(entryKey(entry))}`}
                  inherit
                  c="inherit"
                  className={classes.what ?? ''}
                >
                  {sentenceOf(entry)}
                  {actorName(entry, keyNames) !== entry.objectIdentifier && (
                    <Text component="span" inherit c="dimmed">
                      {' '}
                      by {actorName(entry, keyNames)}
                      {entry.actorType === 'API_KEY' && ' (API key)'}
                    </Text>
                  )}
                </Anchor>
                <span className={classes.when}>
                  <TimeAgo value={entry.timestamp} />
                </span>
              </li>
            ))}
          </ul>
        )}
      </Loaded>
    </Section>
  )
}
