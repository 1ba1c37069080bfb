import type { App } from './route-tables.ts'

interface Call {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly payload?: string
}

/** Whether an address answers with events, without end. */
const isStream = (url: string): boolean => /\/jobs\/[^/]+\/events(\?|$)/.test(url)

/** Calls an address. What would answer without end is heard as far as its first event, and left. */
export async function injectAny(app: Pick<App, 'inject'>, call: Call) {
  if (!isStream(call.url)) return app.inject(call)
  const answer = await app.inject({ ...call, payloadAsStream: true })
  let payload = ''
  for await (const chunk of answer.stream()) {
    payload += String(chunk)
    if (/^data: .*\n\n/m.test(payload)) break
  }
  answer.raw.res.destroy()
  return { statusCode: answer.statusCode, headers: answer.headers, payload, json: () => JSON.parse(payload) }
}
