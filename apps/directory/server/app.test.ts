import { beforeAll, describe, expect, test } from 'vitest'
import { openTestDirectory } from './testing/test-directory.ts'

let directory: Awaited<ReturnType<typeof openTestDirectory>>

beforeAll(async () => {
  directory = await openTestDirectory()
})

describe('the directory', () => {
  test.each(['/healthz', '/readyz', '/docs', '/openapi.json'])('answers %s to anyone', async (url) => {
    expect((await directory.app.inject({ url })).statusCode).toBe(200)
  })

  test('describes every route of Graph, with a tag and a summary', async () => {
    const { paths } = (await directory.app.inject({ url: '/openapi.json' })).json()
    const operations = Object.entries<Record<string, { tags?: string[]; summary?: string }>>(paths).flatMap(
      ([path, methods]) =>
        Object.entries(methods).map(([method, operation]) => ({ what: `${method} ${path}`, ...operation })),
    )
    expect(operations.length).toBeGreaterThan(60)
    expect(operations.filter(({ tags, summary }) => !tags?.length || !summary).map(({ what }) => what)).toEqual([])
    expect(Object.keys(paths)).toContain('/v1.0/users/{id}')
  })

  test('takes a request without a body that names a content type, as Microsoft’s client sends it', async () => {
    const { graph, person } = await directory.openTenant()
    const { id } = await person()
    await graph('DELETE', `/users/${id}`)
    const restored = await graph('POST', `/directory/deletedItems/${id}/restore`, '', {
      'content-type': 'application/json',
    })
    expect(restored.status).toBe(200)
  })

  test('knows no address that is none', async () => {
    expect((await directory.app.inject({ url: '/nowhere' })).statusCode).toBe(404)
  })

  test('echoes what a client calls its request', async () => {
    const { graph } = await directory.openTenant()
    const { headers } = await graph('GET', '/users', undefined, { 'client-request-id': 'run-7' })
    expect(headers).toMatchObject({
      'client-request-id': 'run-7',
      'request-id': expect.stringMatching(/^[\w-]{36}$/),
      'cache-control': 'no-store',
    })
  })

  test('lists the domains of the caller’s tenant alone, its default one first', async () => {
    const [one, other] = [await directory.openTenant(), await directory.openTenant()]
    const domains = async ({ graph }: typeof one) => (await graph('GET', '/domains')).body.value
    expect(await domains(one)).toEqual([{ id: expect.stringMatching(/\./), isDefault: true, isVerified: true }])
    expect((await domains(one))[0].id).not.toBe((await domains(other))[0].id)
  })
})
