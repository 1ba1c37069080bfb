import type { InjectOptions } from 'fastify'
import type { App } from './route-tables.ts'

/** Whether an address answers with events, without end. */
export const isStream = (url: string): boolean => /\/jobs\/[^/]+\/events(\?|$)/.test(url)

/** Calls what may answer without end: hears it as far as its first event, and leaves. */
export async function injectStream(app: Pick<App, 'inject'>, options: InjectOptions) {
  const answer = await app.inject({ ...options, payloadAsStream: true })
  let payload = ''
  for await (const chunk of answer.stream()) {
    payload += String(chunk)
    if (/^data: .*\n\n/m.test(payload)) break
  }
  answer.raw.res.destroy()
  return { statusCode: answer.statusCode, headers: answer.headers, payload, json: () => JSON.parse(payload) }
}
