import type { RefusedBecause } from './decide-sign-in.ts'

/** What someone who was not let in is told: what it is, why, and what they can do about it. */
interface Told {
  readonly title: string
  readonly why: string
  readonly what: string
}

export const REFUSED: Readonly<Record<RefusedBecause, Told>> = {
  deprovisioned: {
    title: 'Your access has been removed',
    why: 'Your account in this workspace is deactivated, by your organisation’s directory or by an admin, and opens nothing.',
    what: 'If you should have access, ask whoever manages accounts in your organisation. You can sign in as soon as it is given back.',
  },
  departed: {
    title: 'Your account has been deleted',
    why: 'Your organisation’s directory took it out of this workspace, and signing in does not bring it back.',
    what: 'It can be made again by your organisation’s directory, or by an admin of this workspace: ask one of them.',
  },
  ambiguous: {
    title: 'Two accounts have your address',
    why: 'It is not clear which one is yours, so neither was opened.',
    what: 'Ask an admin of this workspace to correct the address of the account that is not yours.',
  },
  unproven: {
    title: 'Your address is not confirmed',
    why: 'An account here has your address, but your provider does not confirm that the address is yours.',
    what: 'Ask an admin of this workspace to list the domain of your address at its OpenID connector.',
  },
  boundToAnother: {
    title: 'This account belongs to another sign-in',
    why: 'The account with your address belongs to another sign-in of your provider, as it does when somebody was deleted there and made again.',
    what: 'Ask whoever manages accounts in your organisation to deactivate the account here and activate it again: it then takes the sign-in of today.',
  },
  notProvisioned: {
    title: 'You have no account here',
    why: 'This workspace takes only people whom its directory or an admin has added, so no account was made.',
    what: 'Ask whoever manages accounts in your organisation to assign you to this application, or an admin of this workspace to add you.',
  },
  nameless: {
    title: 'Your provider did not say who you are',
    why: 'It told neither a user name nor an address, so no account can be made.',
    what: 'Ask whoever manages the provider to let it tell this application preferred_username or email.',
  },
}
