import { Refusal } from '@muster/service-kit/refusals.ts'
import type { Settings } from '../settings/repository.ts'

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
export function requireSwitch(settings: Settings, name: keyof typeof SWITCHES): void {
  if (settings[name]) return
  throw new Refusal('forbidden', `This workspace has not switched on "${SWITCHES[name]}" (Settings, SCIM).`, {
    switch: name,
  })
}
