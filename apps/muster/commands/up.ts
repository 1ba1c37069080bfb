import type { Settings } from '../settings.ts'
import { type Running, start } from '../start.ts'

/** A second Ctrl-C this soon is the same one (the terminal sends it to the whole group, npm sends it again). */
const SAME_SIGNAL_MS = 1_000
/** Longest that stopping may take. */
const STOP_LIMIT_MS = 10_000

/** `muster up`: runs until SIGINT or SIGTERM, then answers what is in flight and leaves with 0. */
export async function runUp(settings: Settings): Promise<void> {
  // From the very start: a signal during the start stops what has been opened so far.
  const asked = Promise.withResolvers<void>()
  let askedAt: number | undefined
  const onSignal = () => {
    if (askedAt !== undefined && performance.now() - askedAt > SAME_SIGNAL_MS) process.exit(1)
    askedAt ??= performance.now()
    asked.resolve()
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, onSignal)
  const running = await start(settings)
  if (askedAt === undefined) process.stdout.write(greeting(running, settings))
  await asked.promise
  setTimeout(() => process.exit(1), STOP_LIMIT_MS).unref()
  await running.stop()
  process.exit(0)
}

function greeting({ bootstrap: { portal, directory }, isFirst }: Running, settings: Settings): string {
  const lines = [
    '',
    `  Portal      ${portal.url}`,
    `  Directory   ${directory.url}`,
    `  SCIM        ${portal.scimUrl}`,
    '',
    ...(isFirst
      ? [
          '  First sign-in, shown this once:',
          ...(portal.adminPassword ? [`    portal      ${portal.adminEmail}   ${portal.adminPassword}`] : []),
          ...(directory.adminPassword
            ? [`    directory   ${directory.adminUserPrincipalName}   ${directory.adminPassword}`]
            : []),
          '',
        ]
      : []),
    ...(settings.bootstrapFile === undefined
      ? []
      : [`  Addresses and secrets for scripts: ${settings.bootstrapFile}`, '']),
    '  Ctrl-C stops both.',
    '',
    '',
  ]
  return lines.join('\n')
}
