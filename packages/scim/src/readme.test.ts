import { readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import manifest from '../package.json' with { type: 'json' }
import { scimClient } from './client/client.ts'
import type { ScimClientError } from './client/errors.ts'
import * as whole from './index.ts'
import { handle } from './testing/example-server.ts'
import { ENTERPRISE_USER_URN, PATCH_OP_URN, USER_URN } from './urns.ts'

const README = new URL('../README.md', import.meta.url)
const EXAMPLE = new URL('./testing/example-server.ts', import.meta.url)

describe('the example of the README', () => {
  const client = scimClient({
    baseUrl: 'https://portal.example.com/scim/v2',
    bearer: 'secret',
    transport: async ({ method, url, body }) => {
      const id = new URL(url).pathname.split('/')[4]
      const response = handle(method, id, body === undefined ? undefined : JSON.parse(body))
      return { status: response.status, headers: Object.fromEntries(response.headers), body: await response.text() }
    },
  })

  test('is the one that is run here', async () => {
    expect(await readFile(README, 'utf8')).toContain(`\`\`\`ts\n${await readFile(EXAMPLE, 'utf8')}\`\`\`\n`)
  })

  test('takes a person from Entra, changes them, and turns them off', async () => {
    const { id } = await client.create('Users', { schemas: [USER_URN], userName: 'priya@example.com', active: true })
    const operations = [
      { op: 'Add', path: `${ENTERPRISE_USER_URN}:department`, value: 'Platform' },
      { op: 'Add', path: 'emails[type eq "work"].value', value: 'priya@example.com' },
      { op: 'Replace', path: 'active', value: 'False' },
    ]
    await client.patch('Users', id, { schemas: [PATCH_OP_URN], Operations: operations })
    expect(await client.get('Users', id)).toEqual({
      schemas: [USER_URN, ENTERPRISE_USER_URN],
      id,
      userName: 'priya@example.com',
      active: false,
      emails: [{ type: 'work', value: 'priya@example.com' }],
      [ENTERPRISE_USER_URN]: { department: 'Platform' },
    })
  })

  test('refuses in the protocol’s own words', async () => {
    const refused = (run: Promise<unknown>) => run.catch((error: ScimClientError) => [error.status, error.scimType])
    expect(await refused(client.create('Users', { schemas: [USER_URN] }))).toEqual([400, 'invalidValue'])
    expect(await refused(client.get('Users', 'nobody'))).toEqual([404, undefined])
  })
})

test('every part is there by its own name, and in the whole', async () => {
  const names = Object.keys(manifest.exports).filter((name) => name !== '.')
  const text = await readFile(README, 'utf8')
  for (const name of names) {
    const specifier = name.replace('.', manifest.name)
    expect(whole).toMatchObject({ ...(await import(specifier)) })
    expect(text).toContain(`\`${specifier}\``)
  }
})
