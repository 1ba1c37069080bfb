import { Anchor, Text } from '@mantine/core'
import { Copyable } from '@muster/console-kit/copyable.tsx'
import { Facts } from '@muster/console-kit/facts.tsx'
import type { ProvisioningLogView } from '../../../contract/provisioning-log.ts'
import { appAddress } from '../apps/app-queries.ts'
import { useMe } from '../me.tsx'
import { readAnswer } from '../provisioning/target-answer.ts'
import classes from './troubleshooting.module.css'

/** Why it came out as it did, and what an administrator can do. */
export function Troubleshooting({ entry }: { readonly entry: ProvisioningLogView }) {
  const me = useMe()
  const { status, errorInformation } = entry.provisioningStatusInfo
  if (!errorInformation)
    return (
      <Text size="sm" c="dimmed">
        {status === 'success' ? 'It succeeded: there is nothing to do.' : 'Nothing more is known of it.'}
      </Text>
    )
  const { errorCode, reason, recommendedAction, additionalDetails } = errorInformation
  const answer = readAnswer(additionalDetails)
  const isCredential = CREDENTIAL.has(errorCode)
  return (
    <>
      <Facts
        items={[
          ['Reason', reason],
          ['Recommended action', recommendedAction],
          ['Error code', <Copyable key="code" value={errorCode} label="Copy the error code" isWhole />],
          answer !== undefined && ['Answer', answer.statusLine],
          answer !== undefined && answer.said !== '' && ['The target system said', answer.said],
          answer !== undefined && [
            'Address',
            <Copyable key="address" value={answer.address} label="Copy the address" />,
          ],
          answer === undefined && additionalDetails !== '' && ['Details', additionalDetails],
        ]}
      />
      {isCredential && me.may.managesApps && (
        <Text size="sm" mt="md" className={classes.way}>
          Address and token of this app are under{' '}
          <Anchor underline="always" href={`${appAddress(entry.servicePrincipal.id)}/provisioning/connectivity`}>
            Connectivity
          </Anchor>
          .
        </Text>
      )}
    </>
  )
}

/** What is mended where the connection is kept. */
const CREDENTIAL = new Set(['Unauthorized', 'InsufficientRights', 'WebExceptionProtocolError', 'Timeout'])
