import type { FastifyInstance } from 'fastify'

const ORDER = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']

/**
 * Remembers every route that is put into `app` from now on, and tells which methods an address has (RFC 9110 §10.2.1), so
 * that one which it has not can be answered 405 instead of 404 (§15.5.6). An address that there is not has none.
 */
export function routeMethods(app: FastifyInstance): (url: string) => readonly string[] {
  const routes: { readonly segments: readonly string[]; readonly methods: readonly string[] }[] = []
  app.addHook('onRoute', ({ url, method }) => {
    routes.push({ segments: segmentsOf(url), methods: [method].flat() })
  })
  return (url) => {
    const asked = segmentsOf(url)
    const found = new Set(routes.filter(({ segments }) => fits(asked, segments)).flatMap(({ methods }) => methods))
    return ORDER.filter((method) => found.has(method))
  }
}

const segmentsOf = (url: string): readonly string[] => (url.split('?')[0] ?? '').replace(/\/$/, '').split('/')

const fits = (asked: readonly string[], pattern: readonly string[]): boolean =>
  asked.length === pattern.length &&
  pattern.every((segment, index) => segment === asked[index] || (segment.startsWith(':') && asked[index] !== ''))
