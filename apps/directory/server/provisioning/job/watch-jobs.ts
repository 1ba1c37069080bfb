import { Refusal } from '@muster/service-kit/refusals.ts'
import type { JobEventOptions } from '../deps.ts'
import type { EventStream } from './event-stream.ts'
import type { JobKey } from './job.ts'
import type { JobLook } from './show.ts'

/** Why a stream ends. The client comes again after the last two. */
export type EndReason = 'signedOut' | 'forbidden' | 'deleted' | 'unavailable' | 'stopping'

/** One client that watches one job. */
export interface Watcher {
  readonly key: JobKey
  readonly stream: EventStream
  /** What the client proved itself with: whoever shares it is asked for once. */
  readonly credential: string
  /** Whether the client may still read the job. @throws {Refusal} `unauthorized`, `forbidden`. */
  readonly confirm: () => Promise<unknown>
  /** What it was sent last. */
  readonly seen: JobLook
  /** Is told why it ended, when that was our fault. */
  readonly onFault: (error: unknown) => void
}

export interface JobWatch {
  /** Takes one of the places; give it back when the client is gone. @throws {Refusal} `unavailable` when none is free. */
  enter(): () => void
  /** Sends the job now, and whenever it differs. @returns Ends it without a word: the client is gone. */
  follow(watcher: Watcher): () => void
  /** Ends every stream and looks no more. */
  stop(): Promise<void>
}

/** How long a client that reads nothing is kept, in milliseconds. */
const STUCK_MS = 30_000
/** Questions to the database at once: a page that is watched must not take it from who works. */
const LANES = 4

interface Watching extends Watcher {
  seen: JobLook
  /** Looks since it was last written to, and since it last took something. */
  quiet: number
  stuck: number
}

/**
 * Looks at each watched job twice a second, however many watch it, and tells those whose last look differs. In the same
 * look each credential is asked for again, so that nobody reads on who may not any more.
 */
export function watchJobs(
  look: (key: JobKey, before: JobLook | undefined) => Promise<JobLook | undefined>,
  { pollMs = 500, keepAliveMs = 15_000, most = 200 }: JobEventOptions = {},
): JobWatch {
  const watchers = new Set<Watching>()
  const looks = new Map<string, JobLook>()
  let places = 0
  let isStopping = false
  let timer: ReturnType<typeof setInterval> | undefined
  let looking: Promise<void> | undefined

  const end = (ended: readonly Watching[], reason: EndReason) => {
    for (const watcher of ended) if (watchers.delete(watcher)) watcher.stream.end('end', JSON.stringify({ reason }))
  }

  const endFor = (ended: readonly Watching[], error: unknown) => {
    const reason = reasonOf(error)
    if (reason === 'unavailable') ended[0]?.onFault(error)
    end(ended, reason)
  }

  const tell = (watcher: Watching, now: JobLook) => {
    const isNew = watcher.seen.text !== now.text
    const isDue = isNew || watcher.quiet * pollMs >= keepAliveMs
    watcher.quiet += 1
    if (!isDue) return
    const isTaken = isNew ? watcher.stream.send('job', now.text) : watcher.stream.keepAlive()
    watcher.stuck = isTaken ? 0 : watcher.stuck + 1
    if (isTaken) Object.assign(watcher, { seen: now, quiet: 0 })
    else if (watcher.stuck * pollMs >= STUCK_MS && watchers.delete(watcher)) watcher.stream.destroy()
  }

  const lookOnce = async () => {
    await inLanes(
      groups(watchers, ({ credential }) => credential),
      async ([, theirs]) => {
        await theirs[0]?.confirm().catch((error: unknown) => endFor(theirs, error))
      },
    )
    const byJob = groups(watchers, ({ key }) => `${key.tenantId} ${key.jobId}`)
    for (const job of looks.keys()) if (!byJob.has(job)) looks.delete(job)
    await inLanes(byJob, async ([job, theirs]) => {
      const key = theirs[0]?.key
      if (!key) return
      try {
        const now = await look(key, looks.get(job))
        if (!now) return end(theirs, 'deleted')
        looks.set(job, now)
        // Those who left meanwhile are no longer among the watchers.
        for (const watcher of theirs) if (watchers.has(watcher)) tell(watcher, now)
      } catch (error) {
        endFor(theirs, error)
      }
    })
  }

  const rest = () => {
    clearInterval(timer)
    timer = undefined
  }

  const lookNow = () => {
    if (watchers.size === 0) return rest()
    // A look that takes longer than the time between two is not begun twice.
    looking ??= lookOnce().finally(() => {
      looking = undefined
    })
  }

  return {
    enter: () => {
      if (isStopping || places >= most)
        throw new Refusal('unavailable', 'Too many pages watch provisioning jobs here. Try again in a moment.')
      places += 1
      let isIn = true
      return () => {
        if (isIn) places -= 1
        isIn = false
      }
    },
    follow: (watcher) => {
      const watching: Watching = { ...watcher, quiet: 0, stuck: 0 }
      watchers.add(watching)
      watcher.stream.send('job', watcher.seen.text)
      if (isStopping) end([watching], 'stopping')
      else timer ??= setInterval(lookNow, pollMs)
      return () => void watchers.delete(watching)
    },
    stop: async () => {
      isStopping = true
      rest()
      end([...watchers], 'stopping')
      await looking
    },
  }
}

function reasonOf(error: unknown): EndReason {
  if (!(error instanceof Refusal)) return 'unavailable'
  return error.code === 'unauthorized' ? 'signedOut' : error.code === 'forbidden' ? 'forbidden' : 'unavailable'
}

const groups = (watchers: Iterable<Watching>, by: (watcher: Watching) => string): ReadonlyMap<string, Watching[]> =>
  Map.groupBy(watchers, by)

async function inLanes<Item>(items: Iterable<Item>, each: (item: Item) => Promise<void>): Promise<void> {
  const rest = [...items]
  const lane = async () => {
    for (let item = rest.pop(); item !== undefined; item = rest.pop()) await each(item)
  }
  await Promise.all(Array.from({ length: LANES }, lane))
}
