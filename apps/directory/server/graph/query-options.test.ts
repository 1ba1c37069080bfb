import { expect, test } from 'vitest'
import { withRouteTables } from '../../../../test/openapi/route-tables.ts'
import { openTestDirectory } from '../testing/test-directory.ts'

const NOBODY = '0190a000-0000-7000-8000-000000000000'

test('no route ignores a system query option that it does not know', async () => {
  const { made: directory, routesOf } = await withRouteTables(openTestDirectory)
  const { graph, changesNow } = await directory.openTenant()
  const before = await changesNow()
  const routes = routesOf(directory.app).filter(({ url, method }) => url.startsWith('/v1.0/') && method !== 'HEAD')
  expect(routes.length).toBeGreaterThan(50)
  for (const { method, url } of routes) {
    const path = url.replace('/v1.0', '').replaceAll(/:\w+/g, NOBODY)
    const isWrite = method !== 'GET' && method !== 'DELETE'
    const answer = await graph(method as 'GET', `${path}?$colour=x`, isWrite ? {} : undefined)
    expect({ method, url, status: answer.status, message: answer.body.error.message }).toEqual({
      method,
      url,
      status: 400,
      message: "The query option '$colour' is not supported here.",
    })
  }
  expect(await changesNow()).toBe(before)
})

test('a custom option means nothing, and a known one is read once', async () => {
  const directory = await openTestDirectory()
  const { graph } = await directory.openTenant()
  expect((await graph('GET', '/users?color=red&$top=5')).status).toBe(200)
  expect((await graph('GET', '/users?$top=5&$top=6')).status).toBe(400)
})
