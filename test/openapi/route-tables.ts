import { channel } from 'node:diagnostics_channel'
import type { startBothEnds } from '../both-ends.ts'

export type App = Awaited<ReturnType<typeof startBothEnds>>['portal']

/** A route as it was registered, with one of its methods. */
export interface Route {
  readonly method: string
  readonly url: string
  /** Left out of `/openapi.json`. */
  readonly isHidden: boolean
  /** The shape of what it takes, as the room wrote it. */
  readonly body?: unknown
}

/**
 * Runs what makes servers, and notes every route that is put into each of them. Fastify tells of a new server where
 * everybody in the process may listen, before its first route: the product needs no door for this.
 *
 * @param atFirst Done to each server before anything else.
 */
export async function withRouteTables<Made>(make: () => Promise<Made>, atFirst: (app: App) => void = () => {}) {
  const tables = new Map<App['server'], Route[]>()
  const watch = (message: unknown) => {
    const { fastify } = message as { fastify: App }
    const routes: Route[] = []
    tables.set(fastify.server, routes)
    fastify.addHook('onRoute', ({ method, url, schema }) => {
      const { hide = false, body } = (schema ?? {}) as { hide?: boolean; body?: unknown }
      for (const one of [method].flat()) routes.push({ method: one, url, isHidden: hide, body })
    })
    atFirst(fastify)
  }
  channel('fastify.initialization').subscribe(watch)
  try {
    const made = await make()
    return { made, routesOf: (app: App): readonly Route[] => tables.get(app.server) ?? [] }
  } finally {
    channel('fastify.initialization').unsubscribe(watch)
  }
}
