import type { ToleranceName, ToleranceSink } from '@muster/scim'
import type { ToleranceSettings } from '../tolerances/repository.ts'

/** A request's sink: what its workspace allows, and what the request needed of it. */
export interface RequestTolerances extends ToleranceSink {
  /** Each once, however often it was needed, also where a transaction ran again. */
  readonly used: ReadonlySet<ToleranceName>
}

declare module 'fastify' {
  interface FastifyRequest {
    /** What this SCIM request may send against the standard. Set under `/scim/v2`, once it is known who calls. */
    tolerances: RequestTolerances
  }
}

/** Made once for each request, of what the workspace said when the caller was looked up. */
export function requestTolerances({ strict, switchedOff }: ToleranceSettings): RequestTolerances {
  const used = new Set<ToleranceName>()
  return {
    allows: (name) => !strict && !switchedOff.includes(name),
    saw: (name) => void used.add(name),
    used,
  }
}
