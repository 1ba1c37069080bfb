import { describe, expect, test } from 'vitest'
import { ApiError } from './api.ts'
import { fieldErrors } from './form-errors.ts'

const FIELDS = ['name', 'roles', 'expirationDate'] as const

describe('what of a refusal is about a field', () => {
  test.each([
    {
      why: 'several, each by its name',
      error: new ApiError(400, 'name: Too small; roles: Too few'),
      at: { name: 'Too small', roles: 'Too few' },
    },
    { why: 'inside of a list', error: new ApiError(400, 'roles.0.tag: Unknown'), at: { roles: 'Unknown' } },
    {
      why: 'a sentence that begins with it',
      error: new ApiError(400, 'expirationDate lies in the past.'),
      at: { expirationDate: 'Lies in the past.' },
    },
    {
      why: 'a sentence that a hint knows, whole',
      error: new ApiError(403, "You can't give what you don't hold: the Edit Roles."),
      at: { roles: "You can't give what you don't hold: the Edit Roles." },
    },
    { why: 'a refusal of the whole', error: new ApiError(403, 'You need the permission "Edit API keys".'), at: {} },
    { why: 'a fault', error: new ApiError(500, 'name: broken'), at: {} },
    { why: 'a lost connection', error: new ApiError(0, 'name: not reached'), at: {} },
    { why: 'anything else that was thrown', error: new Error('name: no'), at: {} },
  ])('$why', ({ error, at }) => {
    expect(fieldErrors(error, FIELDS, { roles: /can't give/ })).toEqual(at)
  })
})
