import { afterAll, expect } from 'vitest'
import { openWorld, type World } from './world.ts'

/** A world that ends with the test file. Whatever its pages did, none broke its own security policy, and none threw. */
export async function startWorld(flags: readonly string[] = []): Promise<World> {
  const world = await openWorld(flags)
  afterAll(async () => {
    expect(await world.close()).toEqual([])
  })
  return world
}
