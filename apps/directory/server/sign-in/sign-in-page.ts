import { escapeHtml } from '@muster/service-kit/escape-html.ts'
import { plainPage } from '@muster/service-kit/plain-page.ts'
import { alert, field, hiddenFields, linkButton, notice, submitButton } from '@muster/service-kit/plain-page-parts.ts'
import { BRAND } from './brand.ts'

/** What went wrong, and the field that it is about: none when another name or password wouldn't help. */
export interface Problem {
  readonly at?: 'password' | 'newPassword'
  readonly sentence: string
}

export interface SignInPage {
  readonly styleNonce: string
  /** Where the form is sent. */
  readonly action: string
  /** What is gone on to, where that is somebody else's. */
  readonly to?: string
  /** The tenant's name, where it is known. */
  readonly place?: string | undefined
  readonly username?: string
  /** Sent back as they came. */
  readonly hidden?: Readonly<Record<string, string>>
  /** Why somebody was led here. */
  readonly reason?: string | undefined
  /** Why the page is shown again. */
  readonly problem?: Problem | undefined
  /** Asks for a new password too. */
  readonly mustChange?: boolean
}

const NO_WAY_IN =
  '<p>Forgotten your password, or blocked? An administrator of your organisation can give you a new one and lift the block.</p>'

/** The sign-in page: one form, no script. */
export function signInPage(page: SignInPage): string {
  const { styleNonce, action, to, place, username = '', hidden = {}, reason, problem, mustChange = false } = page
  const title = mustChange ? 'Choose a new password' : 'Sign in'
  const body = [
    `<p class="lead">${escapeHtml(leadOf(to, mustChange))}</p>`,
    problem?.at === undefined ? alert(problem?.sentence) : '',
    problem === undefined ? notice(reason) : '',
    `<form method="post" action="${escapeHtml(action)}">`,
    hiddenFields(hidden),
    field({
      name: 'username',
      label: 'User name',
      value: username,
      attributes: {
        type: 'text',
        autocomplete: 'username',
        autocapitalize: 'none',
        spellcheck: 'false',
        ...(mustChange ? { readonly: true } : { placeholder: 'name@example.com' }),
      },
      hasFocus: username === '',
    }),
    field({
      name: 'password',
      label: mustChange ? 'Current password' : 'Password',
      attributes: { type: 'password', autocomplete: 'current-password' },
      error: problem?.at === 'password' ? problem.sentence : undefined,
      hasFocus: username !== '' && problem?.at === undefined,
    }),
    mustChange
      ? field({
          name: 'newPassword',
          id: 'new-password',
          label: 'New password',
          attributes: { type: 'password', autocomplete: 'new-password', minlength: 8, maxlength: 256 },
          hint: 'At least 8 characters, and another one than now.',
          error: problem?.at === 'newPassword' ? problem.sentence : undefined,
        })
      : '',
    submitButton(mustChange ? 'Change password and sign in' : 'Sign in'),
    '</form>',
  ]
  return plainPage({
    brand: BRAND,
    place,
    title,
    body: body.filter((part) => part !== '').join('\n'),
    footer: NO_WAY_IN,
    styleNonce,
  })
}

function leadOf(to: string | undefined, mustChange: boolean): string {
  if (mustChange)
    return `An administrator asks for one of your own before you go on${to === undefined ? '' : ` to ${to}`}.`
  return to === undefined ? 'Use the account that your organisation gave you.' : `Then you go on to ${to}.`
}

/** A page that says one thing, and what to do about it. */
export function sentencePage(
  title: string,
  sentence: string,
  styleNonce: string,
  more: { readonly next?: { readonly words: string; readonly href: string }; readonly requestId?: string } = {},
): string {
  const { next, requestId } = more
  const body = [
    `<p>${escapeHtml(sentence)}</p>`,
    next === undefined ? '' : linkButton(next.words, next.href, true),
    requestId === undefined ? '' : `<p class="small">Request <code>${escapeHtml(requestId)}</code></p>`,
  ]
  return plainPage({ brand: BRAND, title, body: body.filter((part) => part !== '').join('\n'), styleNonce })
}
