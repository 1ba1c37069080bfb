import type { TestPortal } from '@muster/portal/server/portal-for-tests.ts'
import fc from 'fast-check'
import { type Loss, openLane } from './lane.ts'
import { readMaterial } from './material.ts'
import { fuzzRequests } from './requests.ts'

/** Workspaces that are written to side by side: while one waits for PostgreSQL another works. */
const LANES = 4
const BATCH = 250

export interface FuzzReport {
  readonly seed: number
  readonly requests: number
  readonly statuses: Readonly<Record<string, number>>
  readonly losses: readonly Loss[]
}

/** Sends so many requests; the same seed makes the same ones. */
export async function runFuzz(
  portal: TestPortal,
  { requests, seed }: { readonly requests: number; readonly seed: number },
): Promise<FuzzReport> {
  const arbitrary = fuzzRequests(readMaterial())
  const statuses: Record<string, number> = {}
  const losses: Loss[] = []
  let batch = 0
  let sent = 0
  await Promise.all(
    Array.from({ length: LANES }, async () => {
      const lane = await openLane(portal)
      while (batch * BATCH < requests) {
        const size = Math.min(BATCH, requests - batch * BATCH)
        const sample = fc.sample(arbitrary, { numRuns: size, seed: seed + batch++ })
        for (const request of sample) {
          const { answer, wrong } = await lane.send(request)
          sent += 1
          statuses[answer.status] = (statuses[answer.status] ?? 0) + 1
          for (const what of wrong) losses.push({ wrong: what, status: answer.status, request })
        }
      }
    }),
  )
  return { seed, requests: sent, statuses, losses }
}
