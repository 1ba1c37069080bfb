import { expect, test } from 'vitest'
import { freshDatabase } from '../../../test/database.ts'
import { portalForTests } from './portal-for-tests.ts'

test.each(['/api/v1/me', '/scim/v2/Users'])(
  '%s answers 503 and when to try again while the database is away',
  async (url) => {
    const { database, pool } = await freshDatabase()
    const portal = await portalForTests({
      ...database,
      executeQuery: () => Promise.reject(Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })),
    })
    const key = (await (await portalForTests(database)).newWorkspace()).adminApiKey
    const answer = await portal.withBearer(key)(url)
    expect(answer).toMatchObject({ status: 503, headers: { 'retry-after': '1' } })
    expect(answer.headers['content-type']).toContain(
      url.startsWith('/scim') ? 'application/scim+json' : 'application/json',
    )
    expect(answer.text).not.toContain('ECONNREFUSED')
    expect(pool.totalCount).toBeGreaterThan(0)
  },
)
