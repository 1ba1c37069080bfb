import type { Tx } from '@muster/service-kit/database.ts'
import { Refusal } from '@muster/service-kit/refusals.ts'
import type { SecretBox } from '@muster/service-kit/secrets.ts'
import type { Deed } from '../audit/deed.ts'
import { readSettings } from '../settings/repository.ts'
import { changeUser, createUser } from './change-user.ts'
import { findUsersByAddress } from './repository.ts'
import { resourceOf, type User } from './user.ts'

/**
 * Makes an account by hand, or brings back somebody who was deprovisioned and has that address.
 *
 * @throws {Refusal} `conflict` when somebody active has it, or several people have.
 */
export async function addUser(
  tx: Tx,
  deed: Deed,
  secrets: SecretBox,
  { email, name }: { readonly email: string; readonly name: string },
): Promise<User> {
  const { workspaceId } = deed.actor
  const [person, another] = await findUsersByAddress(tx, workspaceId, email)
  if (another) throw new Refusal('conflict', `Several people have the address ${email}.`)
  if (!person) {
    const attributes = resourceOf({ userName: email, name, email })
    const { defaultRole } = await readSettings(tx, workspaceId)
    return createUser(tx, deed, secrets, { attributes, source: 'MANUAL', defaultRole })
  }
  const { user, transition } = await changeUser(tx, deed, person, (before) => ({ ...before, active: true }))
  if (transition !== 'return') throw new Refusal('conflict', `${user.email} has an account already.`, { id: user.id })
  return user
}

/**
 * Takes somebody's access by hand. SCIM's switches don't bind it; somebody deprovisioned already stays as they are.
 *
 * @throws {Refusal} `notFound`; `conflict` for the local first admin, who is the way back in.
 */
export async function deprovisionUser(tx: Tx, deed: Deed, id: string): Promise<void> {
  await changeUser(tx, deed, { workspaceId: deed.actor.workspaceId, id }, (before) => ({ ...before, active: false }))
}
