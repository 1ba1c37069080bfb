import { expect } from 'vitest'
import type { TestAnswer } from '../portal-for-tests.ts'

/** Where each button of a page leads, by its words; the one primary button comes with a star. */
export const buttonsOf = ({ text }: TestAnswer) =>
  Object.fromEntries(
    [...text.matchAll(/<a class="button( first)?" href="([^"]*)">([^<]*)</g)].map(([, first, href = '', words]) => [
      `${first ? '*' : ''}${words}`,
      href.replaceAll('&amp;', '&'),
    ]),
  )

/** What every page here keeps: one heading, style of the policy's nonce, nothing that could run, nothing kept. */
export function expectPlainPage({ headers, text }: TestAnswer) {
  expect(headers['content-type']).toBe('text/html; charset=utf-8')
  expect(headers['cache-control']).toBe('no-store')
  const nonce = /<style nonce="([^"]+)">/.exec(text)?.[1]
  expect(headers['content-security-policy']).toContain(`'nonce-${nonce}'`)
  expect(text).not.toMatch(/<script|<style>| style=| on\w+=/)
  expect(text.match(/<h1>/g)).toHaveLength(1)
  expect(text.match(/class="button first"/g)).toHaveLength(1)
}
