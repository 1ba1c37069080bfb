import { expect, test } from 'vitest'
import { openWorld } from './testing/test-world.ts'
import { startWorker } from './worker.ts'

/** A worker's log that tells when a cycle ended. */
function watch() {
  const ended = Promise.withResolvers<void>()
  const logger = {
    error: (context: object) => ended.reject(new Error(JSON.stringify(context))),
    info: () => ended.resolve(),
  }
  return { ended: ended.promise, logger }
}

test('two workers on one database: a started job runs once, and both stop cleanly', async () => {
  const world = await openWorld()
  await world.assign((await world.user()).id)
  const { ended, logger } = watch()
  const workers = ['a', 'b'].map((holder) => startWorker({ ...world.deps, holder, logger }))
  await world.start()
  for (const worker of workers) worker.wake()
  await ended
  await Promise.all(workers.map((worker) => worker.stop()))
  expect(world.target.arrivals.filter(({ method }) => method === 'POST')).toHaveLength(1)
  expect(await world.rows('select number::int from directory.cycles where tenant_id = $1')).toEqual([{ number: 1 }])
})

test('a worker stopped in mid-cycle leaves it to the next, at once', async () => {
  const world = await openWorld()
  await world.assign((await world.user()).id)
  await world.start()
  const reached = Promise.withResolvers<void>()
  const held = Promise.withResolvers<void>()
  world.target.intercept = async ({ method }, proceed) => {
    if (method === 'POST') {
      reached.resolve()
      await held.promise
    }
    return proceed()
  }
  const first = startWorker({ ...world.deps, holder: 'first', logger: watch().logger })
  first.wake()
  await reached.promise
  const stopping = first.stop()
  held.resolve()
  await stopping
  expect((await world.job()).status.lastExecution).toBeNull()

  const { ended, logger } = watch()
  const second = startWorker({ ...world.deps, holder: 'second', logger })
  second.wake()
  await ended
  await second.stop()
  expect(world.target.users.size).toBe(1)
  expect(await world.rows('select number::int, state from directory.cycles where tenant_id = $1')).toEqual([
    { number: 1, state: 'Succeeded' },
  ])
})

test('a job deleted in mid-cycle is no fault, and the log says what happened', async () => {
  const world = await openWorld()
  await world.assign((await world.user()).id)
  await world.start()
  const reached = Promise.withResolvers<void>()
  const held = Promise.withResolvers<void>()
  world.target.intercept = async ({ method }, proceed) => {
    if (method === 'POST') {
      reached.resolve()
      await held.promise
    }
    return proceed()
  }
  const said: string[] = []
  const logger = {
    error: (_context: object, message: string) => void said.push(`fault: ${message}`),
    info: (_context: object, message: string) => void said.push(message),
  }
  const worker = startWorker({ ...world.deps, holder: 'a', logger })
  worker.wake()
  await reached.promise
  await world.call('DELETE', world.jobPath)
  held.resolve()
  await expect.poll(() => said).toEqual(['A provisioning job was deleted while its cycle ran; the cycle ended there'])
  await worker.stop()
})
