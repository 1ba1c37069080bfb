import { Button, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useDraft } from '@muster/console-kit/draft.ts'
import { fieldErrors, focusFirstError } from '@muster/console-kit/form-errors.ts'
import { Meanwhile } from '@muster/console-kit/meanwhile.tsx'
import { PanelForm } from '@muster/console-kit/panel-form.tsx'
import { SidePanel } from '@muster/console-kit/side-panel.tsx'
import { Failed } from '@muster/console-kit/states.tsx'
import { toldDone } from '@muster/console-kit/toasts.ts'
import { useMutation } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { changeUser } from './user-changes.ts'
import { ALL_FIELDS, changeBetween, changedMeanwhile, FIELDS, formOf, problemOf, type UserForm } from './user-fields.ts'
import classes from './user-form.module.css'
import { readUser, type User } from './user-queries.ts'

const NAMES = ALL_FIELDS.map(({ name }) => name)

/** Changes what is known of somebody. Only what differs is sent. */
export function EditUserPanel({ user, onClose }: { readonly user: User; readonly onClose: () => void }) {
  // What is edited began with these, whatever is read behind the panel.
  const [began, setBegan] = useState(() => formOf(user))
  const [theirs, setTheirs] = useState<UserForm>()
  const element = useRef<HTMLFormElement>(null)
  const form = useForm<UserForm>({
    initialValues: began,
    validateInputOnBlur: true,
    validate: Object.fromEntries(NAMES.map((name) => [name, (text: string) => problemOf(name, text)])),
  })
  const change = changeBetween(began, form.values)
  const isDirty = Object.keys(change).length > 0
  // Only what differs is kept: the rest may have been changed by others when the draft is read again.
  const typed = Object.fromEntries(NAMES.filter((name) => name in change).map((name) => [name, form.values[name]]))
  const forget = useDraft<Partial<UserForm>>(`user:${user.id}`, {
    values: typed,
    setValues: (kept) => form.setValues(kept),
    isDirty: () => isDirty,
  })
  const save = useMutation({
    mutationFn: async ({ isSure }: { readonly isSure: boolean }) => {
      const now = formOf(await readUser(user.id))
      if (!isSure && changedMeanwhile(began, form.values, now).length > 0) {
        setTheirs(now)
        return 'asked'
      }
      await changeUser(user.id, change)
      return 'saved'
    },
    onSuccess: (outcome) => {
      if (outcome === 'asked') return
      forget()
      toldDone(`${form.values.displayName.trim()} was changed`)
      onClose()
    },
    onError: (error) => {
      const { userPrincipalName, ...rest } = fieldErrors(error, NAMES, { userPrincipalName: /userPrincipalName/ })
      form.setErrors({
        ...rest,
        ...(userPrincipalName === undefined
          ? {}
          : {
              userPrincipalName: userPrincipalName.includes('already exists')
                ? 'Somebody else has this name. Choose another one.'
                : userPrincipalName,
            }),
      })
      focusFirstError(element.current)
    },
  })
  const loadTheirs = (now: UserForm) => {
    const mine = form.values
    const merged = Object.fromEntries(
      NAMES.map((name) => [name, now[name] === began[name] ? mine[name] : now[name]]),
    ) as UserForm
    setBegan(now)
    form.setInitialValues(now)
    form.setValues(merged)
    setTheirs(undefined)
  }
  const isAtField = Object.keys(form.errors).length > 0
  return (
    <SidePanel title={`Edit ${user.displayName}`} onClose={onClose}>
      <PanelForm
        ref={element}
        onSubmit={form.onSubmit(
          () => {
            if (isDirty) save.mutate({ isSure: false })
          },
          () => focusFirstError(element.current),
        )}
        notice={
          theirs ? (
            <Meanwhile
              isBusy={save.isPending}
              onLoadTheirs={() => loadTheirs(theirs)}
              onSaveMine={() => save.mutate({ isSure: true })}
            >
              {changedMeanwhile(began, form.values, theirs).map(({ name, label }) => (
                <div key={name}>
                  {theirs[name] === ''
                    ? `Someone emptied ${label} meanwhile.`
                    : `Someone changed ${label} to “${theirs[name]}” meanwhile.`}
                </div>
              ))}
            </Meanwhile>
          ) : (
            save.error && !isAtField && <Failed error={save.error} title="Nothing was changed" />
          )
        }
        actions={
          <>
            <Button
              variant="default"
              onClick={() => {
                forget()
                onClose()
              }}
            >
              Cancel
            </Button>
            <Button type="submit" loading={save.isPending} disabled={!isDirty}>
              Save
            </Button>
          </>
        }
      >
        {FIELDS.map(({ title }) => (
          <fieldset key={title} className={classes.part}>
            <legend>{title}</legend>
            <Fields title={title} inputProps={form.getInputProps} />
          </fieldset>
        ))}
      </PanelForm>
    </SidePanel>
  )
}

function Fields({
  title,
  inputProps,
}: {
  readonly title: string
  readonly inputProps: (name: keyof UserForm) => object
}) {
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
