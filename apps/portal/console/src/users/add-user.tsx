import { Anchor, Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { ApiError } from '@muster/console-kit/api.ts'
import { useDraft } from '@muster/console-kit/draft.ts'
import { useFocusBack } from '@muster/console-kit/focus-back.ts'
import { fieldErrors, focusFirstError } from '@muster/console-kit/form-errors.ts'
import { Failed } from '@muster/console-kit/states.tsx'
import { toldDone } from '@muster/console-kit/toasts.ts'
import { useMutation } from '@tanstack/react-query'
import { useRef } from 'react'
import { addUser, refreshUsers, type UserView } from './users-queries.ts'

/** Somebody who does not come by the directory, or who was removed and comes back. */
export function AddUser({
  onClose,
  onAdded,
}: {
  readonly onClose: () => void
  readonly onAdded: (user: UserView) => void
}) {
  useFocusBack()
  const element = useRef<HTMLFormElement>(null)
  const form = useForm({
    initialValues: { email: '', name: '' },
    validateInputOnBlur: true,
    validate: {
      email: (email) =>
        /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email.trim()) ? null : 'An address such as dana@example.com',
      name: (name) => (name.trim() === '' ? 'A name is needed' : null),
    },
  })
  const forget = useDraft('add-user', form)
  const add = useMutation({
    mutationFn: ({ email, name }: { readonly email: string; readonly name: string }) =>
      addUser({ email: email.trim(), name: name.trim() }),
    onSuccess: (user) => {
      forget()
      toldDone(`${user.name} is in the workspace`)
      void refreshUsers()
      onAdded(user)
    },
    onError: (error) => {
      form.setErrors(fieldErrors(error, ['email', 'name'], { email: /address|account/ }))
      focusFirstError(element.current)
    },
  })
  const isAtField = add.error !== null && Object.keys(form.errors).length > 0
  const existing = add.error instanceof ApiError ? (add.error.details as { id?: unknown } | undefined)?.id : undefined
  return (
    <Modal opened onClose={onClose} title="Add user" size="md">
      <form
        ref={element}
        noValidate
        onSubmit={form.onSubmit(
          (values) => add.mutate(values),
          () => focusFirstError(element.current),
        )}
      >
        <Stack gap="md">
          <Text size="sm" c="dimmed">
            For people who do not come from your directory. They sign in with this address and get the default role;
            someone who was removed comes back.
          </Text>
          <TextInput
            label="E-mail"
            type="email"
            required
            autoComplete="off"
            data-autofocus
            {...form.getInputProps('email')}
          />
          {typeof existing === 'string' && (
            <Text size="sm">
              <Anchor
                href={`/settings/permissions/users?open=${encodeURIComponent(existing)}`}
                onClick={onClose}
                inherit
              >
                Open their account
              </Anchor>
            </Text>
          )}
          <TextInput label="Name" required autoComplete="off" {...form.getInputProps('name')} />
          {add.error && !isAtField && <Failed error={add.error} title="Nobody was added" />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={add.isPending}>
              Add user
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
