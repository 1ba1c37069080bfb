import { describe, expect, test } from 'vitest'
import { decideSignIn, type Facts, type Match, type SignInDecision, servesOneTenant } from './decide-sign-in.ts'

const ISSUER = 'https://login.corp.example/tenant/v2.0'
const claims: Facts['claims'] = {
  issuer: ISSUER,
  subject: 'sub-1',
  email: 'ada@corp.example',
  emailVerified: true,
  preferredUsername: 'ada@corp.example',
  name: 'Ada',
}
const facts: Facts = { claims, domains: [], bound: undefined, matches: [], departed: false, rejectUnprovisioned: false }

const match = (userId: string, more: Partial<Match> = {}): Match => ({
  userId,
  active: true,
  bound: false,
  by: new Set(['email']),
  ...more,
})
const refuse = (because: Extract<SignInDecision, { action: 'refuse' }>['because']): SignInDecision => ({
  action: 'refuse',
  because,
})
const unverified = { ...claims, emailVerified: false }
const byUserName = new Set(['preferredUsername'] as const)
const google = { ...claims, issuer: 'https://accounts.google.com' }

describe('who comes in by OpenID, as whom', () => {
  test.each<{ why: string; given: Partial<Facts>; decision: SignInDecision }>([
    {
      why: 'someone known enters',
      given: { bound: { userId: 'u1', active: true } },
      decision: { action: 'enter', userId: 'u1' },
    },
    {
      why: 'someone known who was deprovisioned is told so',
      given: { bound: { userId: 'u1', active: false } },
      decision: refuse('deprovisioned'),
    },
    {
      why: 'someone known needs no proof of an address',
      given: { claims: unverified, bound: { userId: 'u1', active: true } },
      decision: { action: 'enter', userId: 'u1' },
    },
    { why: 'a verified e-mail binds', given: { matches: [match('u1')] }, decision: { action: 'bind', userId: 'u1' } },
    {
      why: 'a listed domain binds without verification',
      given: { claims: unverified, domains: ['corp.example'], matches: [match('u1')] },
      decision: { action: 'bind', userId: 'u1' },
    },
    {
      why: 'neither verified nor listed binds nothing, and makes no second account',
      given: { claims: unverified, matches: [match('u1')] },
      decision: refuse('unproven'),
    },
    {
      why: 'email_verified says nothing of preferred_username',
      given: { matches: [match('u1', { by: byUserName })] },
      decision: refuse('unproven'),
    },
    {
      why: 'preferred_username binds by a listed domain',
      given: { domains: ['corp.example'], matches: [match('u1', { by: byUserName })] },
      decision: { action: 'bind', userId: 'u1' },
    },
    {
      why: 'a listed domain is compared without letter case',
      given: {
        claims: { ...unverified, email: 'Ada@CORP.example' },
        domains: ['corp.example'],
        matches: [match('u1')],
      },
      decision: { action: 'bind', userId: 'u1' },
    },
    {
      why: 'a domain below a listed one is not listed',
      given: {
        claims: { ...unverified, email: 'ada@evil.corp.example' },
        domains: ['corp.example'],
        matches: [match('u1')],
      },
      decision: refuse('unproven'),
    },
    {
      why: 'two unbound accounts: refused',
      given: { matches: [match('u1'), match('u2')] },
      decision: refuse('ambiguous'),
    },
    {
      why: 'of two accounts the one that is free',
      given: { matches: [match('u1', { bound: true }), match('u2')] },
      decision: { action: 'bind', userId: 'u2' },
    },
    {
      why: 'an account bound to another sub is refused',
      given: { matches: [match('u1', { bound: true })] },
      decision: refuse('boundToAnother'),
    },
    {
      why: 'an inactive account is not bound',
      given: { matches: [match('u1', { active: false })] },
      decision: refuse('deprovisioned'),
    },
    {
      why: 'an issuer for everybody binds nothing',
      given: { claims: google, matches: [match('u1')] },
      decision: refuse('unproven'),
    },
    {
      why: 'an issuer for everybody binds nothing by a listed domain either',
      given: { claims: google, domains: ['corp.example'], matches: [match('u1')] },
      decision: refuse('unproven'),
    },
    {
      why: 'nobody: a new account',
      given: {},
      decision: { action: 'create', userName: 'ada@corp.example', email: 'ada@corp.example', name: 'Ada' },
    },
    {
      why: 'a new account keeps no unproven e-mail',
      given: { claims: { ...unverified, preferredUsername: 'ada' } },
      decision: { action: 'create', userName: 'ada', email: undefined, name: 'Ada' },
    },
    {
      why: 'nobody, and only the provisioned come in',
      given: { rejectUnprovisioned: true },
      decision: refuse('notProvisioned'),
    },
    { why: 'someone deleted stays out', given: { departed: true }, decision: refuse('departed') },
    {
      why: 'someone deleted and made again comes in',
      given: { departed: true, matches: [match('u1')] },
      decision: { action: 'bind', userId: 'u1' },
    },
    {
      why: 'an issuer for everybody makes no account of a stranger',
      given: { claims: google },
      decision: refuse('notProvisioned'),
    },
    {
      why: 'an issuer for everybody: a listed domain lets in who verified the address, by that name',
      given: { claims: { ...google, preferredUsername: 'boss@corp.example' }, domains: ['corp.example'] },
      decision: { action: 'create', userName: 'ada@corp.example', email: 'ada@corp.example', name: 'Ada' },
    },
    {
      why: 'an issuer for everybody: an unverified address of a listed domain stays out',
      given: { claims: { ...google, emailVerified: false }, domains: ['corp.example'] },
      decision: refuse('notProvisioned'),
    },
    {
      why: 'without any name there is no account',
      given: { claims: { ...claims, email: undefined, preferredUsername: undefined } },
      decision: refuse('nameless'),
    },
  ])('$why', ({ given, decision }) => {
    expect(decideSignIn({ ...facts, ...given })).toEqual(decision)
  })
})

test.each([
  ['https://login.microsoftonline.com/0f0c2c5d-8a4e-4a57-9c39-7c3c7ce4f6d1/v2.0', true],
  ['https://login.microsoftonline.com/common/v2.0', false],
  ['https://login.microsoftonline.com/organizations/v2.0', false],
  ['https://accounts.google.com', false],
  ['http://127.0.0.1:7490/t/v2.0', true],
])('%s serves one tenant: %s', (issuer, one) => {
  expect(servesOneTenant(issuer)).toBe(one)
})
