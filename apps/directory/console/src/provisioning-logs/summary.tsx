import { Anchor } from '@mantine/core'
import { Copyable } from '@muster/console-kit/copyable.tsx'
import { Facts } from '@muster/console-kit/facts.tsx'
import { exactTime } from '@muster/console-kit/time-ago.tsx'
import type { ReactNode } from 'react'
import type { ProvisioningLogView } from '../../../contract/provisioning-log.ts'
import { appAddress } from '../apps/app-queries.ts'
import { useMe } from '../me.tsx'
import { lengthOf } from '../provisioning/job-words.ts'
import { ACTIONS, nameOf, RESULTS } from './log-words.ts'

/** What an entry is about, and the ids to look for elsewhere. */
export function Summary({ entry }: { readonly entry: ProvisioningLogView }) {
  const { may } = useMe()
  const { sourceIdentity: source, targetIdentity: target, servicePrincipal: app } = entry
  const list = source.identityType === 'Group' ? 'groups' : 'users'
  const id = (name: string, value: string): readonly [string, ReactNode] | false =>
    value !== '' && [
      name,
      <Copyable key={name} value={value} label={`Copy the ${name[0]?.toLowerCase()}${name.slice(1)}`} />,
    ]
  return (
    <Facts
      items={[
        ['Date', exactTime(new Date(entry.activityDateTime))],
        ['Action', ACTIONS[entry.provisioningAction]],
        ['Status', RESULTS[entry.provisioningStatusInfo.status].word],
        ['Duration', lengthOf(entry.durationInMilliseconds)],
        [
          'Source identity',
          may.readsDirectory && source.id ? (
            <Anchor key="source" href={`/${list}/${encodeURIComponent(source.id)}`}>
              {nameOf(source)}
            </Anchor>
          ) : (
            nameOf(source)
          ),
        ],
        id('Source ID', source.id),
        ['Target identity', target.displayName || '–'],
        id('Target ID', target.id),
        [
          'App',
          may.managesApps && app.displayName ? (
            <Anchor key="app" href={appAddress(app.id)}>
              {app.displayName}
            </Anchor>
          ) : (
            app.displayName || 'Deleted app'
          ),
        ],
        ['Source system', entry.sourceSystem.displayName],
        ['Target system', entry.targetSystem.displayName],
        ['Initiated by', entry.initiatedBy.displayName],
        id('Change ID', entry.changeId),
        id('Cycle ID', entry.cycleId),
        id('Job ID', entry.jobId),
        id('Log ID', entry.id),
      ]}
    />
  )
}
