import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import { useFocusBack } from '@muster/console-kit/focus-back.ts'
import { SecretOnce } from '@muster/console-kit/secret-once.tsx'
import { Failed } from '@muster/console-kit/states.tsx'
import { toldDone } from '@muster/console-kit/toasts.ts'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { HandOver } from './hand-over.tsx'
import { newPassword } from './password.ts'
import { type PasswordChoice, PasswordField, passwordProblem, USUAL_PASSWORD } from './password-field.tsx'
import { changeUser } from './user-changes.ts'
import type { User } from './user-queries.ts'

/** Gives somebody another password. A generated one is shown once. */
export function ResetPassword({ user, onClose }: { readonly user: User; readonly onClose: () => void }) {
  const [made, setMade] = useState<string>()
  const [mustChange, setMustChange] = useState(true)
  if (made === undefined)
    return (
      <Choose
        user={user}
        onClose={onClose}
        onSet={(password, choice) => {
          setMustChange(choice.mustChange)
          if (choice.isGenerated) setMade(password)
          else onClose()
        }}
      />
    )
  return (
    <SecretOnce
      title={`The new password of ${user.displayName}`}
      label="Password"
      secret={made}
      kept="It is kept hashed, so that nobody can read it again."
      onSaved={onClose}
    >
      <HandOver user={user} mustChange={mustChange} />
    </SecretOnce>
  )
}

function Choose({
  user,
  onClose,
  onSet,
}: {
  readonly user: User
  readonly onClose: () => void
  readonly onSet: (password: string, choice: PasswordChoice) => void
}) {
  useFocusBack()
  const [choice, setChoice] = useState(USUAL_PASSWORD)
  const [problem, setProblem] = useState<string | null>(null)
  const reset = useMutation({
    mutationFn: async () => {
      const password = choice.isGenerated ? newPassword() : choice.password
      await changeUser(user.id, {
        passwordProfile: { password, forceChangePasswordNextSignIn: choice.mustChange },
      })
      return password
    },
    onSuccess: (password) => {
      toldDone(`The password of ${user.displayName} was reset`)
      onSet(password, choice)
    },
  })
  return (
    <Modal opened onClose={onClose} title={`Reset the password of ${user.displayName}?`} size="md">
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          const found = passwordProblem(choice)
          setProblem(found)
          if (found === null) reset.mutate()
          else event.currentTarget.querySelector<HTMLElement>('input[type="password"]')?.focus()
        }}
      >
        <Stack gap="md">
          <Text size="sm">
            The old password stops working at once, and every session and refresh token in this directory ends. Accounts
            in connected apps stay as they are.
          </Text>
          <PasswordField value={choice} onChange={setChoice} error={problem} />
          {reset.error && <Failed error={reset.error} title="The password was not reset" />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={reset.isPending}>
              Reset password
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
