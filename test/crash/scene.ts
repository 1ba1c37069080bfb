import { eventually } from '../../apps/muster/tour/http.ts'
import { connectOverHttp } from '../connect-over-http.ts'
import type { Dice } from './dice.ts'
import type { RunningMuster } from './muster-process.ts'

/** Requests that an administrator's script sends at once. */
const AT_ONCE = 6
/** Cycles after which a job that has work left is stuck. */
const MOST_CYCLES = 8

/** An app of the directory that provisions everyone into the portal. @returns the path of its job under Graph. */
export async function connectEveryone({ bootstrap, graphUrl }: RunningMuster): Promise<string> {
  const { base, job } = await connectOverHttp(bootstrap.portal, bootstrap.directory)
  return `${base}/jobs/${job}`.slice(graphUrl.length)
}

/** Writes where the portal is: after a start it listens at another port. */
export async function nameTarget(
  { graph, graphUrl, bootstrap }: Pick<RunningMuster, 'graph' | 'graphUrl' | 'bootstrap'>,
  jobPath: string,
): Promise<void> {
  await graph.ask(`${graphUrl}${jobPath.replace(/\/jobs\/.*/, '/secrets')}`, {
    method: 'PUT',
    json: {
      value: [
        { key: 'BaseAddress', value: bootstrap.portal.scimUrl },
        { key: 'SecretToken', value: bootstrap.portal.adminApiKey },
        { key: 'SyncAll', value: 'true' },
      ],
    },
  })
}

/** A round's worth of work for a cycle: people come, change, are blocked, return and go; groups are renamed and change members. */
export async function stir(
  { graph, graphUrl, ask, tenantId }: RunningMuster,
  dice: Dice,
  round: number,
): Promise<void> {
  const people = await ask<{ id: string; enabled: boolean }>(
    `select id, account_enabled as enabled from directory.users
     where tenant_id = $1 and deleted_at is null and user_principal_name not like 'admin@%' order by id`,
    [tenantId],
  )
  const groups = await ask<{ id: string; members: string[] }>(
    `select g.id, array_agg(m.member_id order by m.member_id) as members from directory.groups g
     join directory.group_members m on m.tenant_id = g.tenant_id and m.group_id = g.id
     where g.tenant_id = $1 and g.deleted_at is null group by g.id order by g.id`,
    [tenantId],
  )
  const [domain] = await ask<{ name: string }>('select name from directory.domains where tenant_id = $1', [tenantId])
  const work: (() => Promise<unknown>)[] = []
  const send = (method: 'POST' | 'PATCH' | 'DELETE', path: string, json?: unknown) =>
    work.push(() => graph.ask(`${graphUrl}${path}`, { method, ...(json === undefined ? {} : { json }) }))

  const [leaving, ...changing] = dice.some(people, 40)
  for (const [place, { id, enabled }] of changing.entries()) {
    if (place < 4) send('PATCH', `/users/${id}`, { accountEnabled: !enabled })
    else send('PATCH', `/users/${id}`, { department: `Round ${round}`, jobTitle: `Title ${round}.${place}` })
  }
  if (leaving) send('DELETE', `/users/${leaving.id}`)
  for (let place = 0; place < 2; place += 1) {
    const name = `new${round}x${place}`
    send('POST', '/users', {
      accountEnabled: true,
      displayName: `New ${name}`,
      mailNickname: name,
      userPrincipalName: `${name}@${domain?.name}`,
      passwordProfile: { password: `Secret-${name}-2026`, forceChangePasswordNextSignIn: false },
    })
  }
  for (const { id, members } of dice.some(groups, 3)) {
    send('PATCH', `/groups/${id}`, { displayName: `Group ${round} ${id.slice(-4)}` })
    const goes = dice.some(members, members.length > 4 ? 2 : 0)
    const comes = dice.some(
      people.filter((person) => person.id !== leaving?.id && !members.includes(person.id)),
      3,
    )
    for (const member of goes) if (member !== leaving?.id) send('DELETE', `/groups/${id}/members/${member}/$ref`)
    for (const person of comes)
      send('POST', `/groups/${id}/members/$ref`, { '@odata.id': `${graphUrl}/directoryObjects/${person.id}` })
  }
  const lanes = Array.from({ length: AT_ONCE }, async () => {
    for (let next = work.shift(); next; next = work.shift()) await next()
  })
  await Promise.all(lanes)
}

/** Starts the job, or asks for one more cycle, without waiting for it. */
export async function askForCycle({ graph, graphUrl }: RunningMuster, jobPath: string, verb: 'start' | 'runNow') {
  await graph.ask(`${graphUrl}${jobPath}/${verb}`, { method: 'POST', expect: 204 })
}

/** Runs cycles until one has nothing left to do. @returns how many that took. */
export async function untilSteady(muster: RunningMuster, jobPath: string): Promise<number> {
  const { graph, graphUrl } = muster
  const status = async () => (await graph.ask(`${graphUrl}${jobPath}`)).json.status
  for (let cycles = 1; cycles <= MOST_CYCLES; cycles += 1) {
    const before = (await status()).lastExecution?.activityIdentifier
    await askForCycle(muster, jobPath, 'runNow')
    const last = await eventually('The cycle', async () => {
      const { lastExecution } = await status()
      return lastExecution && lastExecution.activityIdentifier !== before ? lastExecution : undefined
    })
    if (last.state === 'Succeeded' && last.countExported === 0) return cycles
  }
  const { lastExecution, quarantine } = await status()
  throw new Error(`No rest after ${MOST_CYCLES} cycles: ${JSON.stringify({ lastExecution, quarantine })}`)
}
