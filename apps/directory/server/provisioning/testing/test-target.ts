import { randomUUID } from 'node:crypto'
import {
  applyPatch,
  errorBody,
  GROUP,
  type JsonObject,
  LENIENT,
  listResponse,
  matches,
  parseFilter,
  parsePatch,
  readResource,
  ScimError,
  scimErrorBody,
  splitMemberOperations,
  type Transport,
  type TransportRequest,
  type TransportResponse,
  USER,
} from '@muster/scim'

/** One request as it arrived. */
export interface Arrival {
  readonly method: string
  /** Below the base address, with its query. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: JsonObject | undefined
  /** The body as it was sent. */
  readonly text: string | undefined
}

/** A SCIM server with state of its own, behind a Transport instead of a socket. */
export interface TestTarget {
  readonly transport: Transport
  readonly arrivals: Arrival[]
  readonly users: Map<string, JsonObject>
  readonly groups: Map<string, JsonObject>
  readonly members: Map<string, Set<string>>
  /** Stands between client and server; `proceed` lets the request through. */
  intercept: ((arrival: Arrival, proceed: () => Promise<TransportResponse>) => Promise<TransportResponse>) | undefined
  /** Forgets the arrivals and answers them, probes left out. */
  take(): Arrival[]
  userNamed(userName: string): JsonObject | undefined
}

export const BASE = 'https://portal.example.com/scim/v2'
export const BEARER = 's3cr3t'

const answer = (status: number, body?: JsonObject): TransportResponse => ({
  status,
  headers: { 'content-type': 'application/scim+json' },
  body: body === undefined ? '' : JSON.stringify(body),
})

/** Guids that a probe asks for: nobody here has one as a name. */
export const isProbe = ({ method, path }: Arrival): boolean =>
  method === 'GET' && /eq\+%22[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}%22$/.test(path)

export function openTestTarget(): TestTarget {
  const target: TestTarget = {
    arrivals: [],
    users: new Map(),
    groups: new Map(),
    members: new Map(),
    intercept: undefined,
    transport: async (request) => {
      const arrival = arrived(request)
      target.arrivals.push(arrival)
      const proceed = async () => serve(target, arrival)
      return target.intercept ? target.intercept(arrival, proceed) : proceed()
    },
    take: () => target.arrivals.splice(0).filter((arrival) => !isProbe(arrival)),
    userNamed: (userName) => [...target.users.values()].find((user) => user.userName === userName),
  }
  return target
}

function arrived({ method, url, headers, body }: TransportRequest): Arrival {
  if (!url.startsWith(BASE)) throw new Error(`A request left for ${url}.`)
  return {
    method,
    path: url.slice(BASE.length),
    headers,
    body: body === undefined ? undefined : (JSON.parse(body) as JsonObject),
    text: body,
  }
}

function serve(target: TestTarget, { method, path, headers, body }: Arrival): TransportResponse {
  if (headers.authorization !== `Bearer ${BEARER}`) return answer(401, errorBody(401, 'Wrong bearer.'))
  const url = new URL(path, 'https://target.example')
  const [, endpoint = '', id] = url.pathname.split('/')
  const type = endpoint === 'Users' ? USER : GROUP
  const stored = endpoint === 'Users' ? target.users : target.groups
  try {
    if (id === undefined && method === 'GET') {
      const filter = parseFilter(url.searchParams.get('filter') ?? '')
      const resources = [...stored.values()].filter((resource) => matches(filter, resource, type))
      return answer(200, listResponse({ resources, totalResults: resources.length, startIndex: 1 }) as JsonObject)
    }
    if (id === undefined) {
      const resource = readResource(body, type, LENIENT)
      const key = endpoint === 'Users' ? 'userName' : 'displayName'
      if (
        [...stored.values()].some((other) => String(other[key]).toLowerCase() === String(resource[key]).toLowerCase())
      )
        return answer(409, errorBody(409, `${key} is taken.`, 'uniqueness'))
      const created = { ...resource, id: randomUUID() }
      stored.set(created.id, created)
      return answer(201, created)
    }
    const before = stored.get(id)
    if (!before) return answer(404, errorBody(404, 'No such resource.'))
    if (method === 'GET') return answer(200, before)
    if (method === 'DELETE') {
      stored.delete(id)
      for (const members of target.members.values()) members.delete(id)
      target.members.delete(id)
      return answer(204)
    }
    const { attributes, members } = splitMemberOperations(parsePatch(body, type, LENIENT))
    stored.set(id, applyPatch(before, attributes, type).resource)
    const held = target.members.get(id) ?? new Set<string>()
    target.members.set(id, held)
    for (const change of members) {
      if (change.op === 'removeAll') held.clear()
      else for (const member of change.ids) change.op === 'remove' ? held.delete(member) : held.add(member)
    }
    return answer(204)
  } catch (error) {
    if (error instanceof ScimError) return answer(error.status, scimErrorBody(error))
    throw error
  }
}
