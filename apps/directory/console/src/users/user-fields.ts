import type { z } from 'zod'
import type { userChange } from '../../../contract/user.ts'
import type { User } from './user-queries.ts'

/** A property of a person that is edited as a text. */
interface Field {
  readonly name: Exclude<keyof User, 'id' | 'accountEnabled' | 'createdDateTime' | 'deletedDateTime'>
  readonly label: string
  /** Most characters. */
  readonly most: number
  readonly help?: string
}

/** Everything that is known of a person, in the parts that a page and a form show. */
export const FIELDS = [
  {
    title: 'Identity',
    fields: [
      { name: 'displayName', label: 'Display name', most: 256 },
      { name: 'givenName', label: 'Given name', most: 64 },
      { name: 'surname', label: 'Surname', most: 64 },
      {
        name: 'userPrincipalName',
        label: 'User principal name',
        most: 320,
        help: 'What the person signs in with, and the user name in connected apps.',
      },
      {
        name: 'mailNickname',
        label: 'Mail nickname',
        most: 64,
        help: 'Connected apps know the person by it: the usual mapping sends it as externalId.',
      },
    ],
  },
  {
    title: 'Job',
    fields: [
      { name: 'jobTitle', label: 'Job title', most: 128 },
      { name: 'department', label: 'Department', most: 64 },
      { name: 'employeeId', label: 'Employee ID', most: 64 },
      { name: 'officeLocation', label: 'Office', most: 128 },
    ],
  },
  {
    title: 'Contact',
    fields: [
      { name: 'mail', label: 'Mail', most: 320 },
      { name: 'businessPhones', label: 'Business phone', most: 64 },
      { name: 'mobilePhone', label: 'Mobile phone', most: 64 },
      { name: 'faxNumber', label: 'Fax', most: 64 },
      { name: 'streetAddress', label: 'Street address', most: 1024 },
      { name: 'city', label: 'City', most: 128 },
      { name: 'state', label: 'State or province', most: 128 },
      { name: 'postalCode', label: 'Postal code', most: 40 },
      { name: 'country', label: 'Country', most: 128 },
      { name: 'preferredLanguage', label: 'Preferred language', most: 64 },
    ],
  },
] as const satisfies readonly { readonly title: string; readonly fields: readonly Field[] }[]

export const ALL_FIELDS: readonly Field[] = FIELDS.flatMap(({ fields }): readonly Field[] => fields)

export type UserForm = Record<Field['name'], string>

/** What can't be empty. */
const NEEDED: readonly string[] = ['displayName', 'userPrincipalName', 'mailNickname']

export function formOf(user: User): UserForm {
  const entries = ALL_FIELDS.map(({ name }) => {
    const value = user[name]
    return [name, (typeof value === 'string' ? value : value?.[0]) ?? '']
  })
  return Object.fromEntries(entries) as UserForm
}

/** Texts as PATCH takes them: what was emptied is cleared. */
export function changeOf(texts: Partial<UserForm>): z.infer<typeof userChange> {
  const entries = Object.entries(texts).map(([name, value]) => {
    if (name === 'businessPhones') return [name, value === '' ? [] : [value]]
    return [name, value === '' ? null : value]
  })
  return Object.fromEntries(entries) as z.infer<typeof userChange>
}

/** Why a text can't stand in a field, said in words that mend it; null when it can. */
export function problemOf(name: Field['name'], text: string): string | null {
  const value = text.trim()
  const field = ALL_FIELDS.find((one) => one.name === name)
  if (value === '') return NEEDED.includes(name) ? `${field?.label} can’t be empty.` : null
  if (field && value.length > field.most) return `At most ${field.most} characters; this has ${value.length}.`
  if (name === 'userPrincipalName' && !/^[^\s@<>"\\]+@[^\s@<>"\\]+$/.test(value))
    return 'A name, an @ and a domain, such as dana@example.com.'
  if (name === 'mail' && !/^\S+@\S+$/.test(value)) return 'An address such as dana@example.com.'
  if (name === 'mailNickname' && !/^[^\s@()\\[\]";:<>,]+$/.test(value))
    return 'No blanks, and none of @ ( ) [ ] \\ " ; : < > ,'
  return null
}
