/** A second Ctrl-C this soon is the same one (the terminal sends it to the whole group, npm sends it again). */
const SAME_SIGNAL_MS = 1_000
/** Longest that stopping may take. */
const STOP_LIMIT_MS = 10_000

/**
 * Runs something long until SIGINT or SIGTERM, then stops it and leaves with 0. A signal during the start stops what has
 * been opened so far.
 *
 * @param onStarted told of what runs, unless it is to stop already.
 */
export async function untilTold<Running extends { stop(): Promise<void> }>(
  start: () => Promise<Running>,
  onStarted: (running: Running) => void,
): Promise<void> {
  const asked = Promise.withResolvers<void>()
  let askedAt: number | undefined
  const onSignal = () => {
    if (askedAt !== undefined && performance.now() - askedAt >= SAME_SIGNAL_MS) process.exit(1)
    askedAt ??= performance.now()
    asked.resolve()
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, onSignal)
  const running = await start()
  if (askedAt === undefined) onStarted(running)
  await asked.promise
  setTimeout(() => process.exit(1), STOP_LIMIT_MS).unref()
  await running.stop()
  process.exit(0)
}
