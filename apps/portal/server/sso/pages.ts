import { escapeHtml } from '@muster/service-kit/escape-html.ts'
import { type PlainPage, plainPage } from '@muster/service-kit/plain-page.ts'
import { alert, field, hiddenFields, linkButton, submitButton } from '@muster/service-kit/plain-page-parts.ts'
import type { FastifyReply } from 'fastify'
import { setFaultHeaders } from '../errors.ts'
import { BRAND } from './brand.ts'
import type { RefusedBecause } from './decide-sign-in.ts'
import { REFUSED } from './refused.ts'

/** Sends a plain page. It is never kept, and its form tells its own origin. */
export function sendPage(
  reply: FastifyReply,
  status: number,
  page: Omit<PlainPage, 'brand' | 'styleNonce'>,
): FastifyReply {
  setFaultHeaders(reply, status)
  return reply
    .code(status)
    .headers({ 'cache-control': 'no-store', 'referrer-policy': 'same-origin' })
    .type('text/html; charset=utf-8')
    .send(plainPage({ ...page, brand: BRAND, styleNonce: reply.cspNonce.style }))
}

/** Where a sign-in wants to go; what is usual is left out of its address. */
export interface Aim {
  readonly returnTo?: string | undefined
  readonly workspace?: string | undefined
}

/** An address under `/auth` that leads on to the same aim. */
export function leadingTo(path: string, { returnTo, workspace }: Aim, more: Readonly<Record<string, string>> = {}) {
  const query = new URLSearchParams(more)
  if (returnTo !== undefined && returnTo !== '/') query.set('returnTo', returnTo)
  if (workspace) query.set('workspace', workspace)
  return query.size === 0 ? path : `${path}?${query}`
}

export interface Trouble {
  readonly title: string
  /** What happened, and why. */
  readonly why: string
  /** What can be done about it. */
  readonly what?: string
  /** The workspace's name. */
  readonly place?: string | undefined
  /** The one thing to do here. Default: going back to the sign-in page. */
  readonly first?: { readonly words: string; readonly href: string }
  readonly aim?: Aim
  /** Small facts, such as who signed in, each with its name. */
  readonly facts?: Readonly<Record<string, string | undefined>>
}

/** Says what went wrong and what to do, and leads back to the start. */
export function sendTrouble(reply: FastifyReply, status: number, trouble: Trouble): FastifyReply {
  const { title, why, what, place, first, aim = {}, facts = {} } = trouble
  const start = leadingTo('/auth/sign-in', aim)
  const known = Object.entries(facts).flatMap(([name, value]) =>
    value === undefined ? [] : [`<dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd>`],
  )
  const body = [
    `<p>${escapeHtml(why)}</p>`,
    what === undefined ? '' : `<p>${escapeHtml(what)}</p>`,
    known.length === 0 ? '' : `<dl>${known.join('')}</dl>`,
    first === undefined
      ? linkButton('Back to sign-in', start, true)
      : linkButton(first.words, first.href, true) + linkButton('Back to sign-in', start),
  ]
  return sendPage(reply, status, { title, place, body: body.filter((part) => part !== '').join('\n') })
}

/** Tells somebody whom the provider knows and the workspace does not let in. `who` is what the provider calls them. */
export function sendRefused(
  reply: FastifyReply,
  because: RefusedBecause,
  { aim, place, who }: { readonly aim: Aim; readonly place: string | undefined; readonly who: string | undefined },
): FastifyReply {
  // Without asking again, the provider would send the very same person.
  const href = leadingTo('/auth/login', aim, { prompt: 'login' })
  const first = { words: 'Sign in with another account', href }
  return sendTrouble(reply, 403, { ...REFUSED[because], place, first, aim, facts: { 'You signed in as': who } })
}

/** `/auth/local` while the first admin's password opens nothing. */
export const sendSwitchedOff = (reply: FastifyReply, aim: Aim, place: string | undefined): FastifyReply =>
  sendTrouble(reply, 403, {
    title: 'Sign in with your organisation',
    why: 'Local sign-in is switched off in this workspace, so the first admin’s password opens nothing.',
    what: 'If your organisation’s provider lets nobody in, whoever runs this server turns local sign-in on again with muster admin workspace reset-password.',
    place,
    first: { words: 'Sign in with your organisation', href: leadingTo('/auth/login', aim) },
    aim,
  })

/** The field that asks for a workspace where there are several. */
export const workspaceField = (value: string, error?: string, hasFocus = true): string =>
  field({
    name: 'workspace',
    label: 'Workspace',
    value,
    attributes: { type: 'text', autocomplete: 'organization', autocapitalize: 'none', spellcheck: 'false' },
    hint: 'The 8 characters that stand for yours. An admin of it knows them.',
    error,
    hasFocus,
  })

export interface LocalForm {
  readonly returnTo: string
  /** Given in the address, or needed because there are several. */
  readonly workspace: { readonly value: string; readonly ask: boolean }
  /** The workspace's name, where it is known. */
  readonly place?: string | undefined
  /** Whether people can sign in another way. */
  readonly hasProvider?: boolean
  readonly email?: string
  /** What was wrong, and with which field: none when other values wouldn't help. */
  readonly refusal?: { readonly at?: 'workspace' | 'password'; readonly sentence: string }
}

export function sendLocalForm(
  reply: FastifyReply,
  status: number,
  { returnTo, workspace, place, hasProvider = true, email = '', refusal }: LocalForm,
): FastifyReply {
  const wrong = (at: 'workspace' | 'password') => (refusal?.at === at ? refusal.sentence : undefined)
  const body = [
    '<p class="lead">Use the password that was made when this workspace was set up.</p>',
    refusal && refusal.at === undefined ? alert(refusal.sentence) : '',
    '<form method="post" action="/auth/local">',
    hiddenFields({ returnTo, workspace: workspace.ask ? undefined : workspace.value }),
    workspace.ask ? workspaceField(workspace.value, wrong('workspace'), workspace.value === '') : '',
    field({
      name: 'email',
      label: 'E-mail',
      value: email,
      attributes: { type: 'email', autocomplete: 'username', spellcheck: 'false' },
      hasFocus: email === '' && !(workspace.ask && workspace.value === ''),
    }),
    field({
      name: 'password',
      label: 'Password',
      attributes: { type: 'password', autocomplete: 'current-password' },
      error: wrong('password'),
      hasFocus: email !== '' && refusal?.at === undefined,
    }),
    submitButton('Sign in'),
    hasProvider
      ? linkButton(
          'Sign in with your organisation instead',
          leadingTo('/auth/sign-in', { returnTo, workspace: workspace.value }),
        )
      : '',
    '</form>',
  ]
  return sendPage(reply, status, {
    title: 'Sign in as the first admin',
    place,
    body: body.filter((part) => part !== '').join('\n'),
    footer:
      '<p>Forgotten the password? Whoever runs this server makes another one with <code>muster admin workspace reset-password</code>.</p>',
  })
}
