import { Textarea, TextInput } from '@mantine/core'
import type { UseFormReturnType } from '@mantine/form'
import { ExpiryField, expiryProblem } from '@muster/console-kit/expiry-field.tsx'
import { useLeaveGuard } from '@muster/console-kit/leave-guard.ts'
import { SecretOnce } from '@muster/console-kit/secret-once.tsx'
import type { ComponentProps } from 'react'

/** What is said of an API key and of a personal token alike. */
export type CredentialValues = {
  name: string
  description: string
  /** A day, or empty. */
  expirationDate: string
}

const LONGEST_NAME = 200
const LONGEST_DESCRIPTION = 2000

export const nameProblem = (name: string): string | null =>
  name.trim() === ''
    ? 'Enter a name, so that it can be told apart later.'
    : name.trim().length > LONGEST_NAME
      ? `A name has at most ${LONGEST_NAME} characters.`
      : null

export const descriptionProblem = (text: string): string | null =>
  text.trim().length > LONGEST_DESCRIPTION ? `A description has at most ${LONGEST_DESCRIPTION} characters.` : null

export const credentialRules = {
  name: nameProblem,
  description: descriptionProblem,
  expirationDate: expiryProblem,
}

export function NameFields<Values extends { name: string; description: string }>({
  form,
  hint,
}: {
  readonly form: UseFormReturnType<Values>
  /** What a good description says. */
  readonly hint: string
}) {
  return (
    <>
      <TextInput
        label="Name"
        withAsterisk
        required
        autoComplete="off"
        data-autofocus
        {...form.getInputProps('name')}
        key={form.key('name')}
      />
      <Textarea
        label="Description"
        description={hint}
        autosize
        minRows={2}
        {...form.getInputProps('description')}
        key={form.key('description')}
      />
    </>
  )
}

export function ExpiryInput<Values extends { expirationDate: string }>({
  form,
}: {
  readonly form: UseFormReturnType<Values>
}) {
  return <ExpiryField {...form.getInputProps('expirationDate')} key={form.key('expirationDate')} />
}

/** A secret at its only time, guarded: leaving the page would lose it. */
export function GuardedSecret(props: ComponentProps<typeof SecretOnce>) {
  useLeaveGuard(true)
  return <SecretOnce {...props} />
}
