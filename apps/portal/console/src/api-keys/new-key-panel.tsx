import { Alert, MultiSelect } from '@mantine/core'
import { useForm } from '@mantine/form'
import { endOfDay } from '@muster/console-kit/days.ts'
import { useDraft } from '@muster/console-kit/draft.ts'
import { fieldErrors, focusFirstError } from '@muster/console-kit/form-errors.ts'
import { CancelOr, PanelForm } from '@muster/console-kit/panel-form.tsx'
import { SidePanel } from '@muster/console-kit/side-panel.tsx'
import { Failed } from '@muster/console-kit/states.tsx'
import { IconInfoCircle } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { useRef } from 'react'
import { useMe } from '../me.tsx'
import { PERMISSION } from '../permissions.ts'
import { roleChoices, roleOfValue } from '../roles/role-choices.ts'
import { type ApiKeyCreated, createApiKey, refreshApiKeys, useRoleDefinitions } from './api-key-queries.ts'
import { type CredentialValues, credentialRules, ExpiryInput, NameFields } from './credential-fields.tsx'

type Values = CredentialValues & { roles: string[] }

const FIELDS = ['name', 'description', 'roles', 'expirationDate'] as const

/** What a new key is called, may do and when it ends. */
export function NewKeyPanel({
  onClose,
  onCreated,
}: {
  readonly onClose: () => void
  readonly onCreated: (key: ApiKeyCreated) => void
}) {
  const me = useMe()
  const roles = useRoleDefinitions(me.may(PERMISSION.viewRoles))
  const element = useRef<HTMLFormElement>(null)
  const form = useForm<Values>({
    initialValues: { name: '', description: '', roles: [], expirationDate: '' },
    validateInputOnBlur: true,
    validate: {
      ...credentialRules,
      roles: (chosen) => (chosen.length === 0 ? 'Choose at least one role: a key may do what its roles allow.' : null),
    },
  })
  const forget = useDraft('new-api-key', form)
  const create = useMutation({
    mutationFn: ({ name, description, roles: chosen, expirationDate }: Values) =>
      createApiKey({
        name: name.trim(),
        ...(description.trim() === '' ? {} : { description: description.trim() }),
        roles: chosen.map(roleOfValue),
        ...(expirationDate === '' ? {} : { expirationDate: endOfDay(expirationDate) }),
      }),
    onSuccess: (key) => {
      forget()
      void refreshApiKeys()
      onCreated(key)
    },
    onError: (error) => {
      form.setErrors(fieldErrors(error, FIELDS, { roles: /can't give|no role/ }))
      focusFirstError(element.current)
    },
  })
  const isAtField = create.error !== null && Object.keys(form.errors).length > 0
  return (
    <SidePanel title="Create new key" onClose={onClose}>
      <PanelForm
        ref={element}
        onSubmit={form.onSubmit(
          (values) => create.mutate(values),
          () => focusFirstError(element.current),
        )}
        notice={create.error && !isAtField && <Failed error={create.error} title="The key was not created" />}
        actions={<CancelOr verb="Create key" isBusy={create.isPending} onCancel={onClose} />}
      >
        <NameFields form={form} hint="What the key is for and who uses it, so that nobody deletes it by mistake." />
        <MultiSelect
          label="Roles"
          withAsterisk
          description="The key may do everything that any of them allows."
          placeholder={form.values.roles.length === 0 ? 'Choose roles' : ''}
          data={roleChoices(roles.data, { giver: me.permissions })}
          searchable
          openOnFocus={false}
          hidePickedOptions
          nothingFoundMessage="No role is called that"
          {...form.getInputProps('roles')}
        />
        <ExpiryInput form={form} />
        <Alert variant="outline" color="gray" icon={<IconInfoCircle aria-hidden />}>
          Give a key the least that its work needs: a custom role with just those permissions. A key belongs to the
          workspace and stays when whoever made it leaves.
        </Alert>
      </PanelForm>
    </SidePanel>
  )
}
