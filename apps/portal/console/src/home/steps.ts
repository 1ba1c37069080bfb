import type { Step } from '@muster/console-kit/getting-started.tsx'
import { relativeTime } from '@muster/console-kit/time-ago.tsx'
import { useQuery } from '@tanstack/react-query'
import type { z } from 'zod'
import type { users } from '../../../contract/users.ts'
import { api } from '../api.ts'
import { useMe } from '../me.tsx'
import { PERMISSION } from '../permissions.ts'
import { useCountOfPeople, useLastScimCall, useScimKeys, useScimSettings } from '../scim/scim-queries.ts'

/** How many of those who came by SCIM are looked at for a sign-in. */
const LOOKED_AT = 250

/**
 * The steps that lead to a directory that provisions this workspace, each ticked by what the API tells has happened.
 * Only those that the reader may take: none for somebody who may not set up SCIM.
 */
export function useSteps(): readonly Step[] {
  const me = useMe()
  const mayConfigure = me.may(PERMISSION.configureScim)
  const mayRead = me.may(PERMISSION.viewRoles)
  const settings = useScimSettings(mayConfigure).data
  const { isAllowed, keys } = useScimKeys()
  const { key, isKnown } = useLastScimCall()
  const arrived = useCountOfPeople('source=SCIM&status=ALL').data
  const signedIn = useQuery({
    queryKey: ['users', 'signed-in', 'SCIM'],
    queryFn: async ({ signal }) =>
      (await api<z.infer<typeof users>>(`/api/v1/users?source=SCIM&pageSize=${LOOKED_AT}`, { signal })).users.find(
        ({ lastActiveAt }) => lastActiveAt !== undefined,
      ) ?? null,
    enabled: mayConfigure && mayRead,
  }).data
  if (!mayConfigure) return []
  const page = '/settings/scim'
  const people = '/settings/permissions/users?source=SCIM'
  return [
    {
      title: 'Turn on provisioning and deprovisioning',
      why: 'Two switches let your directory add people here, and take them out again.',
      href: page,
      action: 'Turn on',
      isDone: settings?.automaticProvisioning && settings.automaticDeprovisioning,
      evidence: 'Both switches are on.',
    },
    ...(isAllowed
      ? [
          {
            title: 'Create a SCIM key',
            why: 'Your directory shows it with every call. It holds three permissions and is shown once.',
            href: page,
            action: 'Create key',
            isDone: keys?.some(({ isBroad }) => !isBroad || key !== undefined),
            ...(keys?.[0]
              ? { evidence: `“${(keys.find(({ isBroad }) => !isBroad) ?? keys[0]).name}” can speak SCIM.` }
              : {}),
          },
          {
            title: 'Connect your directory',
            why: 'Paste the Tenant URL and the key there, test the connection and start provisioning.',
            href: page,
            action: 'See both values',
            isDone: isKnown ? key !== undefined : undefined,
            ...(key?.lastUsedDate ? { evidence: `Last call ${ago(key.lastUsedDate)}.` } : {}),
          },
        ]
      : []),
    ...(mayRead
      ? [
          {
            title: 'See the first person arrive',
            why: 'The first cycle brings everyone in scope; they get the default role.',
            href: people,
            action: 'See people',
            isDone: arrived === undefined ? undefined : arrived > 0,
            evidence: arrived === 1 ? '1 person came by SCIM.' : `${arrived ?? 0} people came by SCIM.`,
          },
          {
            title: 'Have somebody sign in through the directory',
            why: 'Someone who was provisioned signs in with the account that they have there.',
            href: people,
            action: 'See people',
            isDone: signedIn === undefined ? undefined : signedIn !== null,
            ...(signedIn?.lastActiveAt ? { evidence: `${signedIn.name} was here ${ago(signedIn.lastActiveAt)}.` } : {}),
          },
        ]
      : []),
  ]
}

/** Times are kept to the minute, which may lie a moment ahead. */
const ago = (time: string): string => {
  const instant = new Date(time)
  return relativeTime(instant, Math.max(Date.now(), instant.getTime()))
}
