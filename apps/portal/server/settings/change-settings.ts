import type { Tx } from '@muster/service-kit/database.ts'
import { Refusal } from '@muster/service-kit/refusals.ts'
import type { SecretBox } from '@muster/service-kit/secrets.ts'
import type { Deed } from '../audit/deed.ts'
import { recordAudit } from '../audit/record.ts'
import { assertMayGive } from '../roles/may-give.ts'
import { ALL_PERMISSIONS } from '../roles/permissions.ts'
import { newPermissions } from '../roles/replace-user-roles.ts'
import { lockRolesForGrant } from '../roles/repository.ts'
import { type RoleRef, readRoleKey, roleKey } from '../roles/role.ts'
import { connectorContext, lockSettings, type OpenIdConnector, type Settings, updateSettings } from './repository.ts'

export interface ScimSwitches {
  readonly automaticProvisioning: boolean
  readonly automaticDeprovisioning: boolean
  readonly rejectUnprovisionedSignIn: boolean
}

/** Turns the switches that are given; the others stay. */
export async function changeScimSettings(
  tx: Tx,
  { actor, origin, now }: Deed,
  change: Partial<{ [K in keyof ScimSwitches]: boolean | undefined }>,
): Promise<ScimSwitches> {
  const before = await lockSettings(tx, actor.workspaceId)
  const after = switchesOf({
    automaticProvisioning: change.automaticProvisioning ?? before.automaticProvisioning,
    automaticDeprovisioning: change.automaticDeprovisioning ?? before.automaticDeprovisioning,
    rejectUnprovisionedSignIn: change.rejectUnprovisionedSignIn ?? before.rejectUnprovisionedSignIn,
  })
  if (JSON.stringify(after) === JSON.stringify(switchesOf(before))) return after
  await updateSettings(tx, actor.workspaceId, { ...before, ...after })
  await recordAudit(tx, actor, origin, now, {
    action: 'UPDATE',
    objectType: 'SCIM_SETTINGS',
    objectIdentifier: 'SCIM',
    details: { before: switchesOf(before), after },
  })
  return after
}

export const switchesOf = ({
  automaticProvisioning,
  automaticDeprovisioning,
  rejectUnprovisionedSignIn,
}: ScimSwitches): ScimSwitches => ({
  automaticProvisioning,
  automaticDeprovisioning,
  rejectUnprovisionedSignIn,
})

/**
 * Chooses the role that newcomers get. Choosing is giving: they get it without anyone being asked again.
 *
 * @throws {Refusal} `invalid` for a role that does not exist; `forbidden` when it allows what the caller lacks.
 */
export async function changeDefaultRole(tx: Tx, { actor, origin, now }: Deed, role: RoleRef): Promise<void> {
  const { workspaceId } = actor
  const before = await lockSettings(tx, workspaceId)
  const key = roleKey(role)
  if (key === before.defaultRole) return
  await lockRolesForGrant(tx, workspaceId, [key])
  assertMayGive(tx, actor, await newPermissions(tx, workspaceId, [roleKey(readRoleKey(before.defaultRole))], [key]))
  await updateSettings(tx, workspaceId, { ...before, defaultRole: key })
  await recordAudit(tx, actor, origin, now, {
    action: 'UPDATE',
    objectType: 'DEFAULT_ROLE',
    objectIdentifier: key,
    details: { before: before.defaultRole, after: key },
  })
}

export interface ConnectorChange {
  readonly type: string
  readonly identifier: string
  readonly secret?: string | undefined
  readonly issuer: string
  readonly domains: readonly string[]
}

/**
 * Connects the workspace to an OpenID provider, or changes how. Whoever chooses the provider can become anybody by it, so
 * this counts as giving every permission. A stored secret is kept only for the same client of the same issuer: it must
 * never be sent to another.
 *
 * @throws {Refusal} `forbidden`, naming what the caller lacks; `invalid` without a secret where one is needed.
 */
export async function changeConnector(
  tx: Tx,
  { actor, origin, now }: Deed,
  secrets: SecretBox,
  change: ConnectorChange,
): Promise<OpenIdConnector> {
  assertMayGive(tx, actor, ALL_PERMISSIONS)
  const before = await lockSettings(tx, actor.workspaceId)
  const old = before.connector
  const { type, identifier, issuer, secret } = change
  const domains = [...new Set(change.domains)].sort()
  const sealedSecret =
    secret !== undefined
      ? secrets.seal(secret, connectorContext(actor.workspaceId))
      : old && old.issuer === issuer && old.identifier === identifier
        ? old.sealedSecret
        : undefined
  if (sealedSecret === undefined)
    throw new Refusal('invalid', 'secret: a new issuer or identifier needs its client secret.')
  const connector: OpenIdConnector = { type, identifier, issuer, domains, sealedSecret }
  await updateSettings(tx, actor.workspaceId, { ...before, connector })
  await recordAudit(tx, actor, origin, now, {
    action: old ? 'UPDATE' : 'CREATE',
    objectType: 'OPENID_CONNECTOR',
    objectIdentifier: issuer,
    details: { type, identifier, issuer, domains, secretChanged: secret !== undefined },
  })
  return connector
}

/**
 * Allows or forbids the first admin's password. Only someone who got in through the provider, and so has shown that this
 * way works, may close the other one.
 *
 * @throws {Refusal} `conflict` when it would be switched off by anyone else.
 */
export async function changeLocalSignIn(tx: Tx, { actor, origin, now }: Deed, localSignIn: boolean): Promise<void> {
  if (!localSignIn && !(actor.type === 'USER' && actor.via === 'OPENID'))
    throw new Refusal(
      'conflict',
      'Local sign-in can be switched off only by someone who signed in through the OpenID provider.',
    )
  const before: Settings = await lockSettings(tx, actor.workspaceId)
  if (before.localSignIn === localSignIn) return
  await updateSettings(tx, actor.workspaceId, { ...before, localSignIn })
  await recordAudit(tx, actor, origin, now, {
    action: 'UPDATE',
    objectType: 'OPENID_CONNECTOR',
    objectIdentifier: 'Local sign-in',
    details: { before: { localSignIn: before.localSignIn }, after: { localSignIn } },
  })
}
