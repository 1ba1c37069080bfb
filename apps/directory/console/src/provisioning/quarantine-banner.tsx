import { Alert, Anchor, Stack, Text } from '@mantine/core'
import { TimeAgo } from '@muster/console-kit/time-ago.tsx'
import { IconAlertTriangle } from '@tabler/icons-react'
import type { JobView } from '../../../contract/synchronization.ts'
import { verdictOn } from './connection-verdict.ts'
import { QUARANTINE_REASONS } from './job-words.ts'
import classes from './quarantine-banner.module.css'
import { VerdictDetails } from './verdict-details.tsx'

/** Why nothing goes out any more, until when, and what ends it. */
export function QuarantineBanner({ job, address }: { readonly job: JobView; readonly address: string }) {
  const { quarantine } = job.status
  if (!quarantine) return null
  const { reason, error, nextAttempt, seriesBegan, seriesCount } = quarantine
  const isConnection = reason === 'EncounteredQuarantineException'
  return (
    <Alert
      color="red"
      variant="outline"
      icon={<IconAlertTriangle aria-hidden />}
      title="Provisioning is in quarantine"
      role="alert"
    >
      <Stack gap="xs" align="flex-start">
        <Text size="sm">
          {QUARANTINE_REASONS[reason] ?? `The reason is ${reason}.`} Until that is mended, nobody is created, changed or
          disabled.
        </Text>
        <Text size="sm" component="div" className={classes.error}>
          {isConnection ? <VerdictDetails verdict={verdictOn(error)} /> : error.message}
        </Text>
        <Text size="sm">
          {seriesCount === 1 ? 'It failed' : `It failed ${seriesCount} times, first`}{' '}
          <TimeAgo value={seriesBegan} isFocusable />. The next attempt is <TimeAgo value={nextAttempt} isFocusable />.
          28 days after the first failure the job is switched off.
        </Text>
        <Text size="sm">
          {isConnection ? (
            <>
              Way out: test and correct the connection under{' '}
              <Anchor underline="always" href={`${address}/connectivity`}>
                Connectivity
              </Anchor>
              , then <b>Run now</b>.
            </>
          ) : (
            <>
              Way out: read the{' '}
              <Anchor underline="always" href={`${address}/logs?status=failure`}>
                failures in the provisioning logs
              </Anchor>
              , correct the cause, then <b>Restart provisioning</b>.
            </>
          )}
        </Text>
      </Stack>
    </Alert>
  )
}
