import { Select, Switch, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useDraft } from '@muster/console-kit/draft.ts'
import { fieldErrors, focusFirstError } from '@muster/console-kit/form-errors.ts'
import { CancelOr, PanelForm } from '@muster/console-kit/panel-form.tsx'
import { SecretOnce } from '@muster/console-kit/secret-once.tsx'
import { SidePanel } from '@muster/console-kit/side-panel.tsx'
import { Failed } from '@muster/console-kit/states.tsx'
import { toldDone } from '@muster/console-kit/toasts.ts'
import { useUrl } from '@muster/console-kit/url.tsx'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { useMe } from '../me.tsx'
import { HandOver } from './hand-over.tsx'
import { newPassword } from './password.ts'
import { PasswordField, passwordProblem, USUAL_PASSWORD } from './password-field.tsx'
import { createUser } from './user-changes.ts'
import { problemOf } from './user-fields.ts'
import classes from './user-form.module.css'
import { domainsQuery, type User, userAddress } from './user-queries.ts'

const FIRST = {
  displayName: '',
  name: '',
  domain: '',
  givenName: '',
  surname: '',
  jobTitle: '',
  department: '',
  officeLocation: '',
  mail: '',
  accountEnabled: true,
  isGenerated: USUAL_PASSWORD.isGenerated,
  mustChange: USUAL_PASSWORD.mustChange,
  password: '',
}
type Values = typeof FIRST

/** The texts that may be left empty, as the form has them. */
const OPTIONAL = [
  { name: 'givenName', label: 'Given name' },
  { name: 'surname', label: 'Surname' },
  { name: 'jobTitle', label: 'Job title' },
  { name: 'department', label: 'Department' },
  { name: 'officeLocation', label: 'Office' },
  { name: 'mail', label: 'Mail' },
] as const

/** Makes somebody. A generated password is shown once; then their page opens. */
export function NewUserPanel({ onClose }: { readonly onClose: () => void }) {
  const { go } = useUrl()
  const me = useMe()
  const domains = useQuery(domainsQuery).data ?? [me.tenant.domain]
  const element = useRef<HTMLFormElement>(null)
  const [made, setMade] = useState<{ readonly user: User; readonly password: string }>()
  const form = useForm<Values>({
    initialValues: FIRST,
    validateInputOnBlur: true,
    validate: {
      displayName: (text) => problemOf('displayName', text),
      name: (text) => nameProblem(text),
      password: (password, values) => passwordProblem({ ...values, password }),
      ...Object.fromEntries(OPTIONAL.map(({ name }) => [name, (text: string) => problemOf(name, text)])),
    },
  })
  const forget = useDraft('new-user', form, ['password'])
  const domain = form.values.domain || domains[0] || me.tenant.domain
  const create = useMutation({
    mutationFn: async (values: Values) => {
      const password = values.isGenerated ? newPassword() : values.password
      const optional = Object.fromEntries(
        OPTIONAL.flatMap(({ name }) => (values[name].trim() === '' ? [] : [[name, values[name].trim()]])),
      )
      const user = await createUser({
        ...optional,
        displayName: values.displayName.trim(),
        userPrincipalName: `${values.name.trim()}@${domain}`,
        mailNickname: values.name.trim(),
        accountEnabled: values.accountEnabled,
        passwordProfile: { password, forceChangePasswordNextSignIn: values.mustChange },
      })
      return { user, password }
    },
    onSuccess: ({ user, password }, { isGenerated }) => {
      forget()
      toldDone(`${user.displayName} was created`)
      if (isGenerated) setMade({ user, password })
      else go(userAddress(user.id))
    },
    onError: (error) => {
      const found = fieldErrors(
        error,
        ['displayName', 'userPrincipalName', 'mailNickname', 'password', ...OPTIONAL.map(({ name }) => name)],
        { userPrincipalName: /userPrincipalName/ },
      )
      const { userPrincipalName, mailNickname, ...rest } = found
      const name = userPrincipalName?.includes('already exists')
        ? `Somebody is ${form.values.name.trim()}@${domain} already. Choose another name.`
        : (userPrincipalName ?? mailNickname)
      form.setErrors({ ...rest, ...(name === undefined ? {} : { name }) })
      focusFirstError(element.current)
    },
  })
  if (made)
    return (
      <SecretOnce
        title={`The password of ${made.user.displayName}`}
        label="Password"
        secret={made.password}
        kept="It is kept hashed, so that nobody can read it again."
        onSaved={() => go(userAddress(made.user.id), { replace: true })}
      >
        <HandOver user={made.user} mustChange={form.values.mustChange} />
      </SecretOnce>
    )
  const isAtField = Object.keys(form.errors).length > 0
  return (
    <SidePanel title="New user" onClose={onClose}>
      <PanelForm
        ref={element}
        onSubmit={form.onSubmit(
          (values) => create.mutate(values),
          () => focusFirstError(element.current),
        )}
        notice={create.error && !isAtField && <Failed error={create.error} title="Nobody was created" />}
        actions={
          <CancelOr
            verb="Create"
            isBusy={create.isPending}
            onCancel={() => {
              forget()
              onClose()
            }}
          />
        }
      >
        <TextInput
          label="Display name"
          required
          withAsterisk={false}
          data-autofocus
          autoComplete="off"
          {...form.getInputProps('displayName')}
        />
        <div className={classes.principal}>
          <TextInput
            label="User principal name"
            required
            withAsterisk={false}
            autoComplete="off"
            spellCheck={false}
            {...form.getInputProps('name')}
          />
          <span className={classes.at} aria-hidden>
            @
          </span>
          <Select
            label="Domain"
            data={[...domains]}
            value={domain}
            onChange={(value) => form.setFieldValue('domain', value ?? '')}
            allowDeselect={false}
          />
        </div>
        <PasswordField
          value={form.values}
          error={typeof form.errors.password === 'string' ? form.errors.password : null}
          onChange={({ isGenerated, mustChange, password }) => form.setValues({ isGenerated, mustChange, password })}
        />
        <div className={classes.pairs}>
          {OPTIONAL.map(({ name, label }) => (
            <TextInput key={name} label={label} autoComplete="off" {...form.getInputProps(name)} />
          ))}
        </div>
        <Switch
          label="Account enabled"
          description="Without it nobody can sign in as this person, and no app gets them."
          {...form.getInputProps('accountEnabled', { type: 'checkbox' })}
        />
      </PanelForm>
    </SidePanel>
  )
}

/** The part before the @ is the mail nickname too, so that both have to bear it. */
function nameProblem(text: string): string | null {
  if (text.includes('@')) return 'Without the @: the domain stands beside it.'
  return text.trim() === '' ? 'A name to sign in with is needed.' : problemOf('mailNickname', text)
}
