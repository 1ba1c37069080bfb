import { Anchor } from '@mantine/core'
import { Section } from '@muster/console-kit/page.tsx'
import { Loaded } from '@muster/console-kit/states.tsx'
import { Status } from '@muster/console-kit/status.tsx'
import { TimeAgo } from '@muster/console-kit/time-ago.tsx'
import { useQuery } from '@tanstack/react-query'
import { logsQuery } from '../provisioning-logs/log-queries.ts'
import { ACTIONS, nameOf } from '../provisioning-logs/log-words.ts'
import { HEARTBEAT_MS } from './first-steps.tsx'
import classes from './home.module.css'

const SHOWN = 5
const DAY_MS = 86_400_000

const two = (value: number): string => String(value).padStart(2, '0')

/** Yesterday as the logs' filter has it, in the reader's zone. */
function yesterday(): string {
  const day = new Date(Date.now() - DAY_MS)
  return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`
}

/** Who could not be provisioned since yesterday, and why: the latest few. */
export function FailedLately() {
  const from = yesterday()
  const logs = useQuery({
    ...logsQuery({ status: 'failure', identity: '', from }),
    refetchInterval: HEARTBEAT_MS,
  })
  return (
    <Section
      title="Failed since yesterday"
      actions={
        <Anchor href={`/provisioning-logs?status=failure&from=${from}`} size="sm">
          See in the logs
        </Anchor>
      }
    >
      <Loaded query={logs} lines={2}>
        {({ value, ...page }) =>
          value.length === 0 ? (
            <Status tone="good">Nobody and nothing failed</Status>
          ) : (
            <>
              <ul className={classes.list}>
                {value.slice(0, SHOWN).map((entry) => (
                  <li key={entry.id}>
                    <span>
                      <Anchor href={`/provisioning-logs?status=failure&open=${encodeURIComponent(entry.id)}`} inherit>
                        <bdi>{nameOf(entry.sourceIdentity)}</bdi>
                      </Anchor>{' '}
                      <span className={classes.when}>
                        {ACTIONS[entry.provisioningAction].toLowerCase()} in {entry.servicePrincipal.displayName}
                      </span>
                    </span>
                    <span className={classes.when}>
                      <TimeAgo value={entry.activityDateTime} isShort />
                    </span>
                    {entry.provisioningStatusInfo.errorInformation && (
                      <span className={classes.why}>{entry.provisioningStatusInfo.errorInformation.reason}</span>
                    )}
                  </li>
                ))}
              </ul>
              {value.length > SHOWN && (
                <Anchor
                  href={`/provisioning-logs?status=failure&from=${from}`}
                  size="sm"
                  mt="sm"
                  display="inline-block"
                >
                  {page['@odata.nextLink']
                    ? `More than ${value.length} entries in all`
                    : `${value.length} entries in all`}
                </Anchor>
              )}
            </>
          )
        }
      </Loaded>
    </Section>
  )
}
