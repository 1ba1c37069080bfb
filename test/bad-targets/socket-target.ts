import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http'
import { createServer as createSecureServer, type ServerOptions } from 'node:https'
import type { AddressInfo } from 'node:net'
import { BASE, isProbe, openTestTarget } from '@muster/directory/server/provisioning/testing/test-target.ts'
import type { TransportResponse } from '@muster/scim'

/** Ruins an answer. `good` is what a healthy target would have sent: what the request asked for has been done. */
export type Fault = (response: ServerResponse, good: TransportResponse) => void

const open: Server[] = []

/** Listens on a free port of 127.0.0.1; with a certificate, over TLS. */
export async function listen(listener: RequestListener, secure?: ServerOptions): Promise<number> {
  const server = secure ? createSecureServer(secure, listener) : createServer(listener)
  open.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

export function closeServers(): void {
  for (const server of open.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
}

/** A SCIM server on a real socket that does what it is asked, and answers by `fault` when `isHit`. */
export async function listenAsTarget(secure?: ServerOptions) {
  const target = openTestTarget()
  const state: { fault: Fault | undefined; isHit: (method: string, body: string) => boolean } = {
    fault: undefined,
    isHit: () => true,
  }
  const port = await listen(async (request, response) => {
    const body = await textOf(request)
    const method = (request.method ?? 'GET') as 'GET'
    const { authorization = '' } = request.headers
    const good = await target.transport({
      method,
      url: BASE + request.url,
      headers: { authorization },
      timeoutMs: 1_000,
      ...(body === '' ? {} : { body }),
    })
    if (state.fault && state.isHit(method, body)) state.fault(response, good)
    else response.writeHead(good.status, good.headers).end(good.body)
  }, secure)
  return {
    port,
    state,
    target,
    /** How often someone was asked to be made. */
    creations: (userName: string) =>
      target.arrivals.filter(
        (arrival) => !isProbe(arrival) && arrival.method === 'POST' && arrival.body?.userName === userName,
      ).length,
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of request as AsyncIterable<Buffer>) parts.push(part)
  return Buffer.concat(parts).toString()
}
