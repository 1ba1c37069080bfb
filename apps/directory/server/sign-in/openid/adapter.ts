import type { Tx } from '@muster/service-kit/database.ts'
import { isUuid } from '@muster/service-kit/ids.ts'
import { type Adapter, type AdapterFactory, type AdapterPayload, errors } from 'oidc-provider'
import type { StoreDeps } from '../../deps.ts'
import { holdSignInEpoch } from '../sign-in-epoch.ts'
import { findClientMetadata } from './clients.ts'
import {
  consumeRecord,
  deleteRecord,
  findRecord,
  findRecordByUid,
  holdGrant,
  revokeGrant,
  saveRecord,
} from './records.ts'
import { readStamp } from './stamp.ts'

/** What is revoked together with its grant. */
const GRANTED = new Set(['AccessToken', 'AuthorizationCode', 'RefreshToken'])

/** What carries the number of the sign-in that it comes from. */
const STAMPED = new Set(['Session', 'Interaction', 'AuthorizationCode', 'RefreshToken'])

/**
 * Where the sign-in protocol's library keeps what it remembers, for one tenant: PostgreSQL, so that every node knows it.
 * Clients are our applications.
 *
 * Whatever lets a person in is stored under that person's lock, and only while the sign-in it comes from counts: blocking
 * them either waits and then removes it, or was first, and then it isn't stored at all, also when they are back by then.
 */
export function openIdAdapter({ database, clock, secrets }: StoreDeps, tenantId: string): AdapterFactory {
  const countsFor = (model: string) => async (tx: Tx, accountId: string, payload: AdapterPayload) => {
    const epoch = isUuid(accountId) ? await holdSignInEpoch(tx, tenantId, accountId) : undefined
    if (epoch === undefined || (STAMPED.has(model) && readStamp(payload) !== epoch)) return false
    // An access token says no number, but the grant it comes from ends with the sign-in.
    return model !== 'AccessToken' || holdGrant(tx, tenantId, payload.grantId ?? '')
  }

  return (model): Adapter => ({
    async upsert(id, payload, expiresIn) {
      const now = clock.now()
      const accountId = accountOf(payload)
      await database.transaction(async (tx) => {
        if (accountId !== undefined && !(await countsFor(model)(tx, accountId, payload))) return refuse(model)
        await saveRecord(tx, secrets, {
          tenantId,
          model,
          id,
          payload,
          accountId,
          grantId: GRANTED.has(model) ? payload.grantId : undefined,
          expiresAt: expiresIn === undefined ? undefined : new Date(now.getTime() + expiresIn * 1000),
        })
      })
    },
    async find(id) {
      if (model === 'Client') return findClientMetadata(database, secrets, tenantId, id, clock.now())
      return findRecord(database, secrets, { tenantId, model, id }, clock.now())
    },
    findByUid: (uid) => findRecordByUid(database, secrets, { tenantId, model }, uid, clock.now()),
    // Only the device flow asks by user code, and it is off.
    findByUserCode: async () => undefined,
    async consume(id) {
      // The library looks first and marks afterwards: of two requests with one code, the second is refused here.
      if (!(await consumeRecord(database, { tenantId, model, id }, clock.now())))
        throw new errors.InvalidGrant('already consumed')
    },
    destroy: (id) => deleteRecord(database, { tenantId, model, id }),
    revokeByGrantId: (grantId) => revokeGrant(database, tenantId, grantId),
  })
}

/** Whom a record lets in: its account, or the one that an interaction has just proven or began with. */
function accountOf(payload: AdapterPayload): string | undefined {
  return payload.accountId ?? payload.result?.login?.accountId ?? payload.session?.accountId
}

/** A session that may not be is left out without a word: its request is being refused for its own reason already. */
function refuse(model: string): void {
  if (model === 'Session') return
  if (model === 'AccessToken' || model === 'RefreshToken') throw new errors.InvalidGrant('this account may not sign in')
  throw new errors.AccessDenied('This account may not sign in.')
}
