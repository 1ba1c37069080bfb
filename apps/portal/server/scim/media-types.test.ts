import { beforeAll, describe, expect, test } from 'vitest'
import { freshDatabase } from '../../../../test/database.ts'
import type { TestCaller } from '../portal-for-tests.ts'
import { entraUser, scimForTests } from './scim-for-tests.ts'

const { database } = await freshDatabase()
let scim: TestCaller
let api: TestCaller

beforeAll(async () => {
  const world = await scimForTests(database)
  scim = world.scim
  api = world.api
})

const SCIM = 'application/scim+json'
const JSON_TYPE = 'application/json'

describe('what an answer comes as (RFC 7644 §3.8)', () => {
  test.each([
    { accept: '*/*', comes: SCIM },
    { accept: 'application/*', comes: SCIM },
    { accept: SCIM, comes: SCIM },
    { accept: JSON_TYPE, comes: JSON_TYPE },
    { accept: 'Application/JSON; charset=utf-8', comes: JSON_TYPE },
    { accept: `${JSON_TYPE}, ${SCIM}`, comes: SCIM },
    { accept: `${SCIM};q=0.5, ${JSON_TYPE}`, comes: JSON_TYPE },
    { accept: 'text/html, */*;q=0.1', comes: SCIM },
    { accept: `${SCIM};q=0, */*`, comes: JSON_TYPE },
  ])('$accept: $comes', async ({ accept, comes }) => {
    const headers = { accept }
    for (const path of ['/Users', '/Users/nobody', '/ServiceProviderConfig'])
      expect((await scim(path, { headers })).headers['content-type']).toMatch(
        new RegExp(`^${comes.replace('+', '\\+')}`),
      )
  })

  test.each(['text/html', 'application/xml', 'text/*', `${SCIM};q=0, ${JSON_TYPE};q=0`, '*/*;q=0'])(
    '%s takes neither: 406 in SCIM’s own shape, and nothing was done',
    async (accept) => {
      const headers = { accept }
      const { status, json } = await scim('/Users', { headers, body: entraUser('unheard@acme.example') })
      expect([status, json.status, json.schemas]).toEqual([406, '406', ['urn:ietf:params:scim:api:messages:2.0:Error']])
      expect((await scim('/Users?filter=userName%20eq%20%22unheard@acme.example%22')).json.totalResults).toBe(0)
    },
  )
})

test.each(['text/plain', 'application/xml', 'application/x-www-form-urlencoded', 'application/scim'])(
  'a body of type %s is refused with 415 in SCIM’s own shape',
  async (type) => {
    const headers = { 'content-type': type }
    const { status, json } = await api('/scim/v2/Users', { headers, body: entraUser('other@acme.example') })
    expect([status, json.status]).toEqual([415, '415'])
  },
)
