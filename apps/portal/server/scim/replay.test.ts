import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { freshDatabase } from '../../../../test/database.ts'
import type { TestCaller } from '../portal-for-tests.ts'
import { scimForTests } from './scim-for-tests.ts'

interface Case {
  readonly why: string
  readonly type: 'User' | 'Group'
  readonly before: Record<string, unknown>
  readonly body: unknown
  readonly after?: Record<string, unknown>
  readonly changed?: boolean
  readonly error?: string
}

/** Captured and documented requests; those on Groups name people by made-up ids, and are replayed in `groups.test.ts`. */
const casesOf = (file: string): Case[] => {
  const text = readFileSync(new URL(`../../../../interop/${file}`, import.meta.url), 'utf8')
  return (JSON.parse(text) as { cases: Case[] }).cases.filter(({ type }) => type === 'User')
}

let scim: TestCaller

beforeAll(async () => {
  const { database } = await freshDatabase()
  ;({ scim } = await scimForTests(database))
})

/** What the client said, without what the server adds. `active` is always said. */
function ofClient({ id: _, meta: __, groups: ___, password: ____, ...said }: Record<string, unknown>) {
  return { active: true, ...said, schemas: [...((said.schemas as string[] | undefined) ?? [])].sort() }
}

describe.each(['entra/patches-legacy.json', 'entra/patches-flag.json', 'okta/patches.json'])('%s over HTTP', (file) => {
  test.each(casesOf(file))('$why', async ({ before, body, after, error }) => {
    const made = await scim('/Users', { body: before })
    expect([made.status, made.json.detail]).toEqual([201, undefined])
    const path = `/Users/${made.json.id}`
    const answer = await scim(path, { method: 'PATCH', body })
    const read = await scim(path)
    await scim(path, { method: 'DELETE' })
    if (error) {
      expect(answer.json).toMatchObject({ status: expect.stringMatching(/^4/), scimType: error })
      expect(read.json).toEqual(made.json)
    } else {
      expect([answer.status, answer.json.detail]).toEqual([200, undefined])
      expect(ofClient(read.json)).toEqual(ofClient(after ?? made.json))
      expect(answer.json).toEqual(read.json)
      if (!after) expect(read.json.meta).toEqual(made.json.meta)
    }
  })
})
