import { describe, expect, test } from 'vitest'
import type { AuditLogView } from '../../../contract/audit-logs.ts'
import { actionWord, actorName, fieldName, sentenceOf, told } from './audit-words.ts'

const entry = (more: Partial<AuditLogView>): AuditLogView => ({
  action: 'UPDATE',
  objectType: 'USER',
  objectIdentifier: 'dana@acme.example',
  timestamp: '2026-11-24T12:00:00.000Z',
  actorType: 'API_KEY',
  actorIdentifier: 'ak1',
  details: {},
  ...more,
})
const event = (name: string) => entry({ details: { event: name } })

describe('an entry in words', () => {
  test.each([
    {
      of: event('user.deprovisioned'),
      sentence: 'dana@acme.example was deprovisioned',
      word: 'Updated: deprovisioned',
    },
    {
      of: entry({ action: 'DELETE', details: { event: 'user.deprovisioned' } }),
      sentence: 'dana@acme.example was deleted',
      word: 'Deleted: deprovisioned',
    },
    { of: event('user.returned'), sentence: 'dana@acme.example returned', word: 'Updated: returned' },
    { of: event('user.updated'), sentence: 'dana@acme.example was changed', word: 'Updated' },
    {
      of: entry({ action: 'CREATE', objectType: 'SESSION' }),
      sentence: 'dana@acme.example signed in',
      word: 'Created',
    },
    {
      of: entry({ action: 'DELETE', objectType: 'API_KEY', objectIdentifier: 'CI' }),
      sentence: 'API key “CI” was deleted',
      word: 'Deleted',
    },
  ])('$sentence', ({ of, sentence, word }) => {
    expect([sentenceOf(of), actionWord(of)]).toEqual([sentence, word])
  })

  test('an actor by the name that people know, a key that is gone by its id', () => {
    const names = new Map([['ak1', 'Directory']])
    expect(actorName(entry({}), names)).toBe('Directory')
    expect(actorName(entry({ actorIdentifier: 'ak2' }), names)).toBe('ak2')
    expect(actorName(entry({ actorType: 'SYSTEM', actorIdentifier: 'sign-in' }))).toBe('Muster (sign-in)')
  })

  test.each([
    [true, 'on'],
    ['BASIC:ADMIN', 'Admin'],
    [{ type: 'CUSTOM', tag: 'scim' }, 'scim'],
    [
      [
        { id: '1', email: 'ann@acme.example' },
        { teamTag: 'pay', name: 'Payments' },
      ],
      'ann@acme.example, Payments',
    ],
    [[], 'none'],
    [null, 'none'],
  ])('%j reads as %s', (value, text) => {
    expect(told(value)).toBe(text)
  })

  test.each([
    ['automaticProvisioning', 'Automatic provisioning'],
    ['urn:ietf:params:scim:schemas:core:2.0:User', 'urn:ietf:params:scim:schemas:core:2.0:User'],
  ])('%s is called %s', (key, name) => {
    expect(fieldName(key)).toBe(name)
  })
})
