import type { AppName } from '../databases.ts'
import type { Settings } from '../settings.ts'
import { type Running, start } from '../start.ts'
import { untilTold } from './until-told.ts'

/** `muster up`, `portal`, `directory`: runs until SIGINT or SIGTERM, then answers what is in flight and leaves with 0. */
export async function runUp(settings: Settings, apps: readonly AppName[]): Promise<void> {
  await untilTold(
    () => start(settings, apps),
    (running) => process.stdout.write(greeting(running, settings)),
  )
}

function greeting({ bootstrap: { portal, directory }, isFirst }: Running, settings: Settings): string {
  const lines = [
    '',
    ...(portal ? [`  Portal      ${portal.url}`] : []),
    ...(directory ? [`  Directory   ${directory.url}`] : []),
    ...(portal ? [`  SCIM        ${portal.scimUrl}`] : []),
    '',
    ...(isFirst
      ? [
          '  First sign-in, shown this once:',
          ...(portal?.adminPassword ? [`    portal      ${portal.adminEmail}   ${portal.adminPassword}`] : []),
          ...(directory?.adminPassword
            ? [`    directory   ${directory.adminUserPrincipalName}   ${directory.adminPassword}`]
            : []),
          '',
        ]
      : []),
    ...(settings.bootstrapFile === undefined
      ? []
      : [`  Addresses and secrets for scripts: ${settings.bootstrapFile}`, '']),
    portal && directory ? '  Ctrl-C stops both.' : '  Ctrl-C stops it.',
    '',
    '',
  ]
  return lines.join('\n')
}
