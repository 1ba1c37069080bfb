import { describe, expect, test } from 'vitest'
import { findCredentials, isUuid, newCredential, newId, newWorkspaceId, readCredential, sameSecret } from './ids.ts'

describe('ids', () => {
  test('ids of one moment are version 7, distinct, and grow', () => {
    const now = new Date('2026-03-01T10:00:00Z')
    const ids = Array.from({ length: 500 }, () => newId(now))
    expect(new Set(ids).size).toBe(500)
    expect([...ids].sort()).toEqual(ids)
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  })

  test('an id of a later moment sorts after', () => {
    expect(newId(new Date(1_000)) < newId(new Date(1_001))).toBe(true)
  })

  test.each(['', 'x', '0190c0de', `${newId(new Date(0))}0`, "' or 1=1"])('%j can be no id', (text) => {
    expect(isUuid(text)).toBe(false)
  })
})

describe('credentials', () => {
  const tenant = newWorkspaceId()
  const credential = newCredential('mst', tenant)

  test('are found in any text, and a typing error or another program’s word is not', () => {
    const session = newCredential('mss', '2d3689d6-72aa-48cb-b191-7d4ce5ea906e').value
    const wrong = `${credential.value.slice(0, -1)}${credential.value.endsWith('0') ? '1' : '0'}`
    const text = `{"authorization":"Bearer ${credential.value}"} cookie=${session}; ${wrong} m_st_x ${'a'.repeat(60)}`
    expect(findCredentials(text)).toEqual([credential.value, session])
    expect(findCredentials('')).toEqual([])
  })

  test('a credential carries its tenant and is found by its hash', () => {
    expect(tenant).toMatch(/^[a-z][a-z0-9]{7}$/)
    expect(credential.value).toMatch(new RegExp(`^mst_${tenant}_[A-Za-z0-9]{32}_[A-Za-z0-9]{6}$`))
    expect(readCredential(credential.value, 'mst')).toEqual({ tenant, hash: credential.hash })
    expect(credential.value.endsWith(credential.last4)).toBe(true)
  })

  test.each([
    { why: 'another prefix', value: credential.value.replace('mst', 'mpt') },
    {
      why: 'one character off',
      value: `${credential.value.slice(0, 20)}${credential.value[20] === 'x' ? 'y' : 'x'}${credential.value.slice(21)}`,
    },
    { why: 'another tenant', value: credential.value.replace(tenant, newWorkspaceId()) },
    { why: 'cut short', value: credential.value.slice(0, -1) },
    { why: 'something appended', value: `${credential.value} ` },
    { why: 'nothing', value: '' },
  ])('$why is not read as a credential', ({ value }) => {
    expect(readCredential(value, 'mst')).toBeUndefined()
  })

  test('secrets compare as a whole', () => {
    expect(sameSecret('a secret', 'a secret')).toBe(true)
    expect(sameSecret('a secret', 'a secre')).toBe(false)
  })
})
