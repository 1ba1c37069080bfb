import { Text } from '@mantine/core'
import { useForm } from '@mantine/form'
import { endOfDay } from '@muster/console-kit/days.ts'
import { useDraft } from '@muster/console-kit/draft.ts'
import { fieldErrors, focusFirstError } from '@muster/console-kit/form-errors.ts'
import { CancelOr, PanelForm } from '@muster/console-kit/panel-form.tsx'
import { SidePanel } from '@muster/console-kit/side-panel.tsx'
import { Failed } from '@muster/console-kit/states.tsx'
import { useMutation } from '@tanstack/react-query'
import { useRef } from 'react'
import { type CredentialValues, credentialRules, ExpiryInput, NameFields } from '../api-keys/credential-fields.tsx'
import { type AccessTokenCreated, createAccessToken, refreshAccessTokens } from './token-queries.ts'

/** What a new personal token is called and when it ends. */
export function NewTokenPanel({
  onClose,
  onCreated,
}: {
  readonly onClose: () => void
  readonly onCreated: (token: AccessTokenCreated) => void
}) {
  const element = useRef<HTMLFormElement>(null)
  const form = useForm<CredentialValues>({
    initialValues: { name: '', description: '', expirationDate: '' },
    validateInputOnBlur: true,
    validate: credentialRules,
  })
  const forget = useDraft('new-access-token', form)
  const create = useMutation({
    mutationFn: ({ name, description, expirationDate }: CredentialValues) =>
      createAccessToken({
        name: name.trim(),
        ...(description.trim() === '' ? {} : { description: description.trim() }),
        ...(expirationDate === '' ? {} : { expirationDate: endOfDay(expirationDate) }),
      }),
    onSuccess: (token) => {
      forget()
      void refreshAccessTokens()
      onCreated(token)
    },
    onError: (error) => {
      form.setErrors(fieldErrors(error, ['name', 'description', 'expirationDate']))
      focusFirstError(element.current)
    },
  })
  const isAtField = create.error !== null && Object.keys(form.errors).length > 0
  return (
    <SidePanel title="Create new token" onClose={onClose}>
      <PanelForm
        ref={element}
        onSubmit={form.onSubmit(
          (values) => create.mutate(values),
          () => focusFirstError(element.current),
        )}
        notice={create.error && !isAtField && <Failed error={create.error} title="The token was not created" />}
        actions={<CancelOr verb="Create token" isBusy={create.isPending} onCancel={onClose} />}
      >
        <NameFields form={form} hint="Where you will use it, so that you know it again." />
        <ExpiryInput form={form} />
        <Text size="sm" c="dimmed">
          It may do what you may do, no more, and ends when your access ends.
        </Text>
      </PanelForm>
    </SidePanel>
  )
}
