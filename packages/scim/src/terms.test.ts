import { describe, expect, test } from 'vitest'
import { readAttributeName } from './filter/parse.ts'
import { resolveName } from './filter/resolve.ts'
import type { JsonObject } from './json.ts'
import { USER } from './schema/resource-types.ts'
import { termOf, valueTerms } from './terms.ts'
import { ENTERPRISE_USER_URN, USER_URN } from './urns.ts'

const user: JsonObject = {
  schemas: [USER_URN, ENTERPRISE_USER_URN],
  externalId: 'Priya.Raman',
  userName: 'ＰRIYA@example.com',
  password: 'secret',
  title: 'Ingenieur',
  active: true,
  name: { familyName: 'Ra\u0301MAN' },
  emails: [
    { type: 'Work', value: 'P@Example.com', primary: true },
    { value: 'p@example.com', display: '' },
  ],
  [ENTERPRISE_USER_URN]: { department: 'Platform', manager: { value: 'M1' } },
  meta: { lastModified: '2026-02-03T09:30:00.5+01:30' },
}

const term = (path: string, value: string | number | boolean, elementType?: string) => {
  const name = readAttributeName(path)
  const place = name && resolveName(name, USER)
  if (!place) throw new Error(path)
  return termOf(place, value, elementType)
}

describe('valueTerms and termOf spell alike', () => {
  const terms = [...valueTerms(user, USER)]

  test.each([
    {
      why: 'userName by RFC 8265',
      asked: term('USERNAME', 'priya@EXAMPLE.com'),
      path: 'userName',
      value: 'priya@example.com',
    },
    { why: 'externalId as it is', asked: term('externalId', 'Priya.Raman'), path: 'externalId', value: 'Priya.Raman' },
    {
      why: 'text by NFC and lower case',
      asked: term('name.familyName', 'RÁMAN'),
      path: 'name.familyName',
      value: 'ráman',
    },
    { why: 'any e-mail', asked: term('emails.value', 'p@EXAMPLE.com'), path: 'emails.value', value: 'p@example.com' },
    {
      why: 'a complex attribute alone',
      asked: term('emails', 'p@EXAMPLE.com'),
      path: 'emails.value',
      value: 'p@example.com',
    },
    {
      why: 'an e-mail of a type',
      asked: term('emails.value', 'p@example.com', 'WORK'),
      path: 'emails[work].value',
      value: 'p@example.com',
    },
    { why: 'a boolean', asked: term('active', true), path: 'active', value: 'true' },
    { why: 'a boolean as text', asked: term('active', 'True'), path: 'active', value: 'true' },
    { why: 'a boolean in a list', asked: term('emails.primary', true), path: 'emails.primary', value: 'true' },
    {
      why: 'an extension',
      asked: term(`${ENTERPRISE_USER_URN.toUpperCase()}:department`, 'platform'),
      path: `${ENTERPRISE_USER_URN}:department`,
      value: 'platform',
    },
    { why: 'a manager', asked: term('manager', 'M1'), path: `${ENTERPRISE_USER_URN}:manager.value`, value: 'M1' },
    {
      why: 'an instant',
      asked: term('meta.lastModified', '2026-02-03T08:00:00.500Z'),
      path: 'meta.lastModified',
      value: '2026-02-03T08:00:00.500Z',
    },
  ])('$why', ({ asked, path, value }) => {
    expect(asked).toEqual({ path, value })
    expect(terms).toContainEqual(asked)
  })

  test('each once, empty texts and secrets never', () => {
    expect(new Set(terms.map((item) => JSON.stringify(item))).size).toBe(terms.length)
    expect(terms.some(({ path }) => path === 'password' || path === 'emails.display')).toBe(false)
  })

  test('letter case of an exact attribute counts', () => {
    expect(terms).not.toContainEqual(term('externalId', 'priya.raman'))
  })
})
