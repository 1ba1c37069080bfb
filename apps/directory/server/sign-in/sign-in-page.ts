import { escapeHtml, page } from '@muster/service-kit/docs-page.ts'

export interface SignInPage {
  readonly styleNonce: string
  /** Where the form is sent. */
  readonly action: string
  /** What is being signed in to. */
  readonly to: string
  readonly username?: string
  /** Sent back as they came. */
  readonly hidden?: Readonly<Record<string, string>>
  /** Why the page is shown again. */
  readonly sentence?: string | undefined
  /** Asks for a new password too. */
  readonly mustChange?: boolean
}

/** The sign-in page: one form, no script. */
export function signInPage({
  styleNonce,
  action,
  to,
  username = '',
  hidden = {},
  sentence,
  mustChange = false,
}: SignInPage): string {
  const said = sentence ?? (mustChange ? 'Choose a new password to go on.' : undefined)
  const body = [
    `<p>to ${escapeHtml(to)}</p>`,
    said === undefined ? '' : `<p class="refused" role="alert">${escapeHtml(said)}</p>`,
    `<form method="post" action="${escapeHtml(action)}">`,
    ...Object.entries(hidden).map(
      ([name, value]) => `<input type="hidden" name="${escapeHtml(name)}" value="${escapeHtml(value)}">`,
    ),
    '<label for="username">Name</label>',
    `<input id="username" name="username" type="text" autocomplete="username" autocapitalize="none" spellcheck="false" required value="${escapeHtml(username)}"${username === '' ? ' autofocus' : ''}>`,
    `<label for="password">${mustChange ? 'Current password' : 'Password'}</label>`,
    `<input id="password" name="password" type="password" autocomplete="current-password" required${username === '' ? '' : ' autofocus'}>`,
    ...(mustChange
      ? [
          '<label for="new-password">New password</label>',
          '<input id="new-password" name="newPassword" type="password" autocomplete="new-password" minlength="8" maxlength="256" required>',
        ]
      : []),
    '<button type="submit">Sign in</button>',
    '</form>',
  ].join('\n')
  return page({ title: 'Sign in', body, styleNonce })
}

/** A page that says one thing. */
export function sentencePage(title: string, sentence: string, styleNonce: string): string {
  return page({ title, body: `<p>${escapeHtml(sentence)}</p>`, styleNonce })
}
