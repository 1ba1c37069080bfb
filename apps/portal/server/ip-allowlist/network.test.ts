import { describe, expect, test } from 'vitest'
import { plainAddress, readNetwork } from './network.ts'

describe('an entry of the allow list', () => {
  test.each([
    { text: '203.0.113.7', network: '203.0.113.7/32' },
    { text: ' 203.0.113.0/24 ', network: '203.0.113.0/24' },
    { text: '0.0.0.0/0', network: '0.0.0.0/0' },
    { text: '2001:db8::1', network: '2001:db8::1/128' },
    { text: '2001:db8::/32', network: '2001:db8::/32' },
    { text: '::ffff:203.0.113.7', network: '203.0.113.7/32' },
    { text: '::ffff:cb00:7100/120', network: '203.0.113.0/24' },
  ])('$text is $network', ({ text, network }) => {
    expect(readNetwork(text)).toEqual({ valid: true, network })
  })

  test.each([
    '',
    'everybody',
    '203.0.113',
    '203.0.113.256',
    '203.0.113.0/33',
    '203.0.113.0/',
    '203.0.113.0/-1',
    '203.0.113.0/24/8',
    '010.1.1.1',
    '2001:db8::/129',
    'fe80::1%eth0',
    '::ffff:203.0.113.0/24',
    'example.com',
  ])('%j is none, and the answer names it', (text) => {
    expect(readNetwork(text)).toEqual({ valid: false, message: expect.stringContaining(`"${text}"`) })
  })
})

test.each([
  { address: '127.0.0.1', plain: '127.0.0.1' },
  { address: '::ffff:127.0.0.1', plain: '127.0.0.1' },
  { address: '::ffff:7f00:1', plain: '127.0.0.1' },
  { address: '::1', plain: '::1' },
  { address: 'fe80::1%eth0', plain: 'fe80::1' },
])('a caller at $address is compared as $plain', ({ address, plain }) => {
  expect(plainAddress(address)).toBe(plain)
})
