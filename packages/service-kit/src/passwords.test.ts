import { verify } from '@node-rs/argon2'
import { beforeEach, expect, test, vi } from 'vitest'
import { hashPassword, isPassword } from './passwords.ts'

// The library does its work as ever; only its calls are counted.
vi.mock('@node-rs/argon2', async (original) => {
  const library = await original<typeof import('@node-rs/argon2')>()
  return { ...library, verify: vi.fn(library.verify) }
})
beforeEach(() => void vi.mocked(verify).mockClear())

test.each([
  { why: 'the right password', password: 'right', known: true, is: true },
  { why: 'a wrong password', password: 'wrong', known: true, is: false },
  { why: 'any password of nobody', password: 'right', known: false, is: false },
  { why: 'no password of nobody', password: '', known: false, is: false },
])('$why: $is, after one hash of the same cost', async ({ password, known, is }) => {
  const stored = known ? await hashPassword('right') : undefined
  expect(await isPassword(password, stored)).toBe(is)
  expect(verify).toHaveBeenCalledTimes(1)
  expect(String(vi.mocked(verify).mock.calls[0]?.[0])).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
})
