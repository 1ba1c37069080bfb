import { fileURLToPath } from 'node:url'
import type { Json } from '@muster/scim'
import { beforeAll, describe, expect, test } from 'vitest'
import { layOut, type RecordedCycle, recordRoad, type WireForm } from './testing/recorded-requests.ts'
import { BASE } from './testing/test-target.ts'

const FORMS: readonly WireForm[] = ['legacy', 'flag']
const FLAG = '?aadOptscim062020'
const USER = 'urn:ietf:params:scim:schemas:core:2.0:User'
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
const PATCH = '{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":['

const READ = { authorization: 'Bearer s3cr3t', ADSCIMVersion: '6.0', 'client-request-id': 'request-id' }
const WRITE = { ...READ, 'content-type': 'application/scim+json; charset=utf-8' }

/** An example of facts §1, and the cycle that sends it. `both`: its two forms are the same. */
interface Example {
  readonly facts: string
  readonly cycle: number
  readonly request: string
  readonly both?: string
  readonly legacy?: string
  readonly flag?: string
}

const EXAMPLES: readonly Example[] = [
  { facts: '§1.3 probe of /Users', cycle: 0, request: 'GET /Users?filter=userName+eq+%22random-guid%22' },
  {
    facts: '§1.3 probe of /Groups (assumed there)',
    cycle: 0,
    request: 'GET /Groups?excludedAttributes=members&filter=displayName+eq+%22random-guid%22',
  },
  { facts: '§1.4 match', cycle: 0, request: 'GET /Users?filter=userName+eq+%22priya.raman%40example.com%22' },
  {
    // Without its `"roles":[]`: no roles are mapped, and only attributes with a value are sent.
    facts: '§1.5 create',
    cycle: 0,
    request: 'POST /Users',
    both:
      `{"schemas":["${USER}","${ENTERPRISE}"],"externalId":"priya.raman","userName":"priya.raman@example.com","active":true,` +
      '"displayName":"Priya Raman","title":"Platform Engineer","preferredLanguage":"en-GB",' +
      '"emails":[{"primary":true,"type":"work","value":"priya.raman@example.com"}],' +
      '"addresses":[{"primary":true,"type":"work","locality":"Leeds","country":"GB"}],' +
      '"phoneNumbers":[{"primary":true,"type":"work","value":"+44 113 555 0100"},{"type":"mobile","value":"+44 7700 900100"}],' +
      '"name":{"formatted":"Priya Raman","familyName":"Raman","givenName":"Priya"},' +
      `"${ENTERPRISE}":{"department":"Platform","employeeNumber":"40117"},"meta":{"resourceType":"User"}}`,
  },
  { facts: '§1.6 read', cycle: 1, request: 'GET /Users/id-of-priya' },
  { facts: '§1.6 read of a group', cycle: 1, request: 'GET /Groups/id-of-squad?excludedAttributes=members' },
  {
    facts: '§1.7 update',
    cycle: 1,
    request: 'PATCH /Users/id-of-priya',
    legacy:
      `${PATCH}{"op":"Replace","path":"displayName","value":"Priya R. Raman"},` +
      '{"op":"Replace","path":"emails[type eq \\"work\\"].value","value":"p.raman@example.com"},' +
      '{"op":"Replace","path":"name.familyName","value":"Raman-Holt"},' +
      '{"op":"Add","path":"phoneNumbers[type eq \\"mobile\\"].value","value":"+44 7700 900101"},' +
      `{"op":"Add","path":"${ENTERPRISE}:department","value":"Payments"}]}`,
    flag:
      `${PATCH}{"op":"replace","path":"emails[type eq \\"work\\"].value","value":"p.raman@example.com"},` +
      '{"op":"add","path":"phoneNumbers[type eq \\"mobile\\"].value","value":"+44 7700 900101"},' +
      '{"op":"replace","value":{"displayName":"Priya R. Raman","name.familyName":"Raman-Holt",' +
      `"${ENTERPRISE}:employeeNumber":"40118"}}]}`,
  },
  {
    facts: '§1.8 manager, as observed',
    cycle: 0,
    request: 'PATCH /Users/id-of-tom',
    legacy: `${PATCH}{"op":"Add","path":"${ENTERPRISE}:manager","value":"id-of-mia"}]}`,
    flag: `${PATCH}{"op":"add","path":"${ENTERPRISE}:manager","value":"id-of-mia"}]}`,
  },
  {
    // The observed form with the verb of §1.7 for a value that is there.
    facts: '§1.8 another manager',
    cycle: 2,
    request: 'PATCH /Users/id-of-priya',
    legacy: `${PATCH}{"op":"Replace","path":"${ENTERPRISE}:manager","value":"id-of-mia"}]}`,
    flag: `${PATCH}{"op":"replace","path":"${ENTERPRISE}:manager","value":"id-of-mia"}]}`,
  },
  {
    facts: '§1.8 remove, the first of its two',
    cycle: 2,
    request: 'PATCH /Users/id-of-tom',
    legacy: `${PATCH}{"op":"Remove","path":"${ENTERPRISE}:manager"}]}`,
    flag: `${PATCH}{"op":"remove","path":"${ENTERPRISE}:manager"}]}`,
  },
  {
    facts: '§1.9 disable',
    cycle: 3,
    request: 'PATCH /Users/id-of-mia',
    legacy: `${PATCH}{"op":"Replace","path":"active","value":"False"}]}`,
    flag: `${PATCH}{"op":"replace","path":"active","value":false}]}`,
  },
  {
    facts: '§1.9 restore',
    cycle: 3,
    request: 'PATCH /Users/id-of-noor',
    legacy: `${PATCH}{"op":"Replace","path":"active","value":"True"}]}`,
    flag: `${PATCH}{"op":"replace","path":"active","value":true}]}`,
  },
  { facts: '§1.9 hard delete', cycle: 3, request: 'DELETE /Users/id-of-otto' },
  {
    facts: '§1.10 match',
    cycle: 0,
    request: 'GET /Groups?excludedAttributes=members&filter=displayName+eq+%22Payments+Squad%22',
  },
  {
    // Without the second URN, which newer jobs dropped.
    facts: '§1.10 create',
    cycle: 0,
    request: 'POST /Groups',
    both:
      '{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"externalId":"object-of-squad",' +
      '"displayName":"Payments Squad","meta":{"resourceType":"Group"}}',
  },
  {
    facts: '§1.10 rename',
    cycle: 1,
    request: 'PATCH /Groups/id-of-squad',
    legacy: `${PATCH}{"op":"Replace","path":"displayName","value":"Payments Tribe"}]}`,
    flag: `${PATCH}{"op":"replace","value":{"displayName":"Payments Tribe"}}]}`,
  },
  {
    facts: '§1.10 add members',
    cycle: 2,
    request: 'PATCH /Groups/id-of-squad',
    legacy: `${PATCH}{"op":"Add","path":"members","value":[{"$ref":null,"value":"id-of-tom"}]}]}`,
    flag: `${PATCH}{"op":"add","path":"members","value":[{"$ref":null,"value":"id-of-tom"}]}]}`,
  },
  {
    facts: '§1.10 remove members',
    cycle: 2,
    request: 'PATCH /Groups/id-of-squad',
    legacy: `${PATCH}{"op":"Remove","path":"members","value":[{"$ref":null,"value":"id-of-priya"}]}]}`,
    flag: `${PATCH}{"op":"remove","path":"members[value eq \\"id-of-priya\\"]"}]}`,
  },
  { facts: '§1.10 delete', cycle: 3, request: 'DELETE /Groups/id-of-night' },
]

describe.each(FORMS)('what the engine sends, %s form', (form) => {
  let cycles: RecordedCycle[]
  beforeAll(async () => {
    cycles = await recordRoad(form)
  })

  test('is what is recorded in interop/entra, request by request', async () => {
    const recorded = {
      source: `An initial and three incremental cycles as Muster's directory sends them, ${form} form, default mappings`,
      tenantUrl: BASE + (form === 'flag' ? FLAG : ''),
      cycles,
    }
    const file = fileURLToPath(new URL(`../../../../interop/entra/requests-${form}.json`, import.meta.url))
    await expect(`${layOut(recorded as unknown as Json)}\n`).toMatchFileSnapshot(file)
  })

  test.each(EXAMPLES)('has the example of facts $facts, byte for byte', ({ cycle, request, both, ...bodies }) => {
    const body = both ?? bodies[form]
    const found = (cycles[cycle]?.requests ?? []).filter(
      (sent) =>
        `${sent.method} ${sent.path}${sent.query === undefined ? '' : `?${sent.query}`}` === request &&
        (sent.body && JSON.stringify(sent.body)) === body,
    )
    expect(found).toHaveLength(1)
    expect(found[0]?.headers).toEqual(body === undefined ? READ : WRITE)
  })

  test('has nothing but what the examples show', () => {
    const shapes = cycles.flatMap(({ requests }) =>
      requests.map(({ method, path }) => `${method} ${path.replace(/id-of-\w+/, '{id}')}`),
    )
    const shown = new Set(EXAMPLES.map(({ request }) => request.replace(/id-of-\w+/, '{id}').replace(/\?.*/, '')))
    expect([...new Set(shapes)].filter((shape) => !shown.has(shape))).toEqual([])
  })
})
