import type { Executor } from '@muster/service-kit/database.ts'
import { Refusal } from '@muster/service-kit/refusals.ts'
import { readSettings } from '../settings/repository.ts'

/** SCIM's two switches, by the labels they carry on the settings page. */
const SWITCHES = {
  automaticProvisioning: 'Enable automatic provisioning of users',
  automaticDeprovisioning: 'Enable automatic deprovisioning of users',
} as const

/**
 * Refuses what the workspace has not switched on. Provisioning brings people, groups and places in them;
 * deprovisioning takes them away. Reads, discovery and attributes of active people need neither.
 *
 * @throws {Refusal} `forbidden`, naming the switch.
 */
export async function requireSwitch(on: Executor, workspaceId: string, name: keyof typeof SWITCHES): Promise<void> {
  const settings = await readSettings(on, workspaceId)
  if (settings[name]) return
  throw new Refusal('forbidden', `This workspace has not switched on "${SWITCHES[name]}" (Settings, SCIM).`, {
    switch: name,
  })
}
