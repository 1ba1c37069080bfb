import { alert, hiddenFields, linkButton, notice, submitButton } from '@muster/service-kit/plain-page-parts.ts'
import type { FastifyReply } from 'fastify'
import type { Settings } from '../settings/repository.ts'
import { type Aim, leadingTo, sendPage, workspaceField } from './pages.ts'

/** Providers by the connector's type, as people know them; any other is called the organisation's. */
const PROVIDERS: ReadonlyMap<string, string> = new Map([
  ['entra', 'Microsoft Entra ID'],
  ['azure', 'Microsoft Entra ID'],
  ['google', 'Google'],
  ['okta', 'Okta'],
  ['muster', 'Muster directory'],
])

/** "Microsoft Entra ID", or "your organisation" for a type that nobody knows. */
export const nameOfProvider = (type: string): string => PROVIDERS.get(type.trim().toLowerCase()) ?? 'your organisation'

export interface SignInPage {
  readonly aim: Aim
  /** Why somebody was led here. */
  readonly reason: string | undefined
  /** The workspace's name. */
  readonly place: string
  readonly settings: Pick<Settings, 'connector' | 'localSignIn'>
}

/** The page that everyone is led to: the ways into one workspace. */
export function sendSignInPage(reply: FastifyReply, { aim, reason, place, settings }: SignInPage): FastifyReply {
  const { connector, localSignIn } = settings
  const body = [
    `<p class="lead">${leadOf(settings)}</p>`,
    connector || localSignIn
      ? notice(reason)
      : alert('Nobody can sign in here: no identity provider is connected, and local sign-in is switched off.'),
    connector ? linkButton(`Sign in with ${nameOfProvider(connector.type)}`, leadingTo('/auth/login', aim), true) : '',
    localSignIn ? linkButton('Sign in as the first admin', leadingTo('/auth/local', aim), !connector) : '',
  ]
  return sendPage(reply, 200, {
    title: 'Sign in',
    place,
    body: body.filter((part) => part !== '').join('\n'),
    footer: connector
      ? '<p>Can’t get in? Accounts come from your organisation: ask whoever manages them there.</p>'
      : '<p>Can’t get in? Whoever runs this server sets the first admin’s password with <code>muster admin workspace reset-password</code>.</p>',
  })
}

const leadOf = ({ connector, localSignIn }: SignInPage['settings']): string =>
  connector
    ? 'Use the account that your organisation gave you.'
    : localSignIn
      ? 'No identity provider is connected to this workspace yet: its first admin comes in with a password and connects one.'
      : 'This workspace has no way in.'

/** Asks for the workspace first, where there are several or the one that was named is not there. */
export function sendWorkspaceQuestion(
  reply: FastifyReply,
  { returnTo, workspace = '' }: Aim,
  reason: { readonly name?: string | undefined; readonly sentence: string | undefined },
): FastifyReply {
  const error =
    workspace === '' ? undefined : 'There is no such workspace. Check the characters, or ask an admin of it.'
  const body = [
    '<p class="lead">Which workspace do you want to sign in to?</p>',
    notice(error === undefined ? reason.sentence : undefined),
    '<form method="get" action="/auth/sign-in">',
    hiddenFields({ returnTo, reason: reason.sentence === undefined ? undefined : reason.name }),
    workspaceField(workspace, error),
    submitButton('Go on'),
    '</form>',
  ]
  return sendPage(reply, error === undefined ? 200 : 404, {
    title: 'Sign in',
    body: body.filter((part) => part !== '').join('\n'),
    footer: '<p>Can’t get in? Ask whoever told you of this address for the one of your workspace.</p>',
  })
}
