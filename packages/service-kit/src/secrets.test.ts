import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { loadSecretKey, openSecretBox } from './secrets.ts'

describe('the secret box', () => {
  const box = openSecretBox('k'.repeat(32))

  test('opens what it sealed, and seals differently each time', () => {
    const sealed = box.seal('s3cr3t ü', 'tenant|app|SecretToken')
    expect(box.open(sealed, 'tenant|app|SecretToken')).toBe('s3cr3t ü')
    expect(box.seal('s3cr3t ü', 'tenant|app|SecretToken')).not.toBe(sealed)
    expect(sealed).not.toContain('s3cr3t')
  })

  test.each([
    { why: 'moved to another context', open: (sealed: string) => box.open(sealed, 'elsewhere') },
    { why: 'opened with another key', open: (sealed: string) => openSecretBox('o'.repeat(32)).open(sealed, 'here') },
    {
      why: 'changed',
      open: (sealed: string) => box.open(`${sealed.slice(0, -2)}${sealed.endsWith('AA') ? 'BB' : 'AA'}`, 'here'),
    },
  ])('a sealed text $why does not open', ({ open }) => {
    expect(() => open(box.seal('text', 'here'))).toThrow()
  })

  test('the fingerprint and the keyed hash follow the key', () => {
    expect(openSecretBox('k'.repeat(32)).fingerprint).toBe(box.fingerprint)
    expect(openSecretBox('o'.repeat(32)).fingerprint).not.toBe(box.fingerprint)
    expect(openSecretBox('o'.repeat(32)).keyedHash('a').equals(box.keyedHash('a'))).toBe(false)
  })
})

describe('the key', () => {
  test('is made once in the data folder, readable by its owner alone, also by two starts at once', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'muster-key-'))
    const keys = await Promise.all([loadSecretKey(undefined, folder), loadSecretKey(undefined, folder)])
    expect(keys[0]).toBe(keys[1])
    expect(await loadSecretKey(undefined, folder)).toBe(keys[0])
    expect((await stat(join(folder, 'secret.key'))).mode & 0o777).toBe(0o600)
    await rm(folder, { recursive: true })
  })

  test('one given from outside must be long enough', async () => {
    await expect(loadSecretKey('short', '/nowhere')).rejects.toThrow(/MUSTER_SECRET_KEY has 5 characters/)
    expect(await loadSecretKey('l'.repeat(32), '/nowhere')).toBe('l'.repeat(32))
  })
})
