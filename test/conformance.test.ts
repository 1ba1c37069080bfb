import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { conformanceDocument, DOCUMENT, missingTests } from './conformance/document.ts'

test('docs/conformance.md names tests that are there', () => {
  expect(missingTests()).toEqual([])
})

test('docs/conformance.md is as `npm run conformance` writes it', () => {
  expect(readFileSync(DOCUMENT, 'utf8')).toBe(conformanceDocument())
})
