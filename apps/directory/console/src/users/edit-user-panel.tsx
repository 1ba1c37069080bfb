import { TextInput } from '@mantine/core'
import { fieldErrors } from '@muster/console-kit/form-errors.ts'
import { EditPanel } from '../principals/edit-panel.tsx'
import { changeUser } from './user-changes.ts'
import { ALL_FIELDS, changeOf, FIELDS, formOf, problemOf, type UserForm } from './user-fields.ts'
import classes from './user-form.module.css'
import { readUser, type User } from './user-queries.ts'

type Name = keyof UserForm

const NAMES = ALL_FIELDS.map(({ name }) => name)
const PROBLEMS = Object.fromEntries(NAMES.map((name) => [name, (text: string) => problemOf(name, text)])) as Record<
  Name,
  (text: string) => string | null
>

/** Changes what is known of somebody. */
export function EditUserPanel({ user, onClose }: { readonly user: User; readonly onClose: () => void }) {
  return (
    <EditPanel
      id={`user:${user.id}`}
      title={user.displayName}
      initial={formOf(user)}
      fields={ALL_FIELDS}
      validate={PROBLEMS}
      read={async () => formOf(await readUser(user.id))}
      write={(change) => changeUser(user.id, changeOf(change))}
      errorsOf={errorsOf}
      onClose={onClose}
    >
      {(inputProps) =>
        FIELDS.map(({ title }) => (
          <fieldset key={title} className={classes.part}>
            <legend>{title}</legend>
            <Fields title={title} inputProps={inputProps} />
          </fieldset>
        ))
      }
    </EditPanel>
  )
}

function errorsOf(error: unknown): Partial<UserForm> {
  const found = fieldErrors(error, NAMES, { userPrincipalName: /userPrincipalName/ })
  return found.userPrincipalName?.includes('already exists')
    ? { ...found, userPrincipalName: 'Somebody else has this name. Choose another one.' }
    : found
}

function Fields({ title, inputProps }: { readonly title: string; readonly inputProps: (name: Name) => object }) {
  const names: readonly string[] = FIELDS.find((part) => part.title === title)?.fields.map(({ name }) => name) ?? []
  return (
    <div className={classes.pairs}>
      {ALL_FIELDS.filter(({ name }) => names.includes(name)).map(({ name, label, help }) => (
        <TextInput
          key={name}
          label={label}
          description={help}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          autoComplete="off"
          className={help || name === 'displayName' ? (classes.whole ?? '') : ''}
          {...(name === 'displayName' ? { 'data-autofocus': true } : {})}
          {...inputProps(name)}
        />
      ))}
    </div>
  )
}
