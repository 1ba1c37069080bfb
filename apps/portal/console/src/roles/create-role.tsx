import { Button, Group, Stack, Textarea, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useDraft } from '@muster/console-kit/draft.ts'
import { fieldErrors, focusFirstError } from '@muster/console-kit/form-errors.ts'
import { SidePanel } from '@muster/console-kit/side-panel.tsx'
import { Failed } from '@muster/console-kit/states.tsx'
import { toldDone } from '@muster/console-kit/toasts.ts'
import { useMutation } from '@tanstack/react-query'
import { useRef } from 'react'
import { PermissionChoice } from './permission-choice.tsx'
import { descriptionProblem, nameProblem } from './role-fields.ts'
import { tagOf, tagProblem } from './role-tag.ts'
import { createRole, type RoleDefinition, refreshRoles, useRoles } from './roles-queries.ts'

type Values = {
  readonly name: string
  readonly tag: string
  /** Once it was typed, the identifier no longer follows the name. */
  readonly isTagTyped: boolean
  readonly description: string
  readonly permissions: string[]
}

const NEW: Values = { name: '', tag: '', isTagTyped: false, description: '', permissions: [] }

/** A role of the workspace's own, everything off at first. */
export function CreateRole({
  onClose,
  onCreated,
}: {
  readonly onClose: () => void
  readonly onCreated: (role: RoleDefinition) => void
}) {
  const element = useRef<HTMLFormElement>(null)
  const roles = useRoles()
  const taken = (roles.data ?? []).flatMap(({ tag }) => tag ?? [])
  const form = useForm<Values>({
    initialValues: NEW,
    validateInputOnBlur: ['name', 'tag', 'description'],
    validate: { name: nameProblem, tag: (tag) => tagProblem(tag.trim(), taken), description: descriptionProblem },
  })
  const forget = useDraft('new-role', form)
  const create = useMutation({
    mutationFn: ({ name, tag, description, permissions }: Values) =>
      createRole({
        name: name.trim(),
        tag: tag.trim(),
        ...(description.trim() === '' ? {} : { description: description.trim() }),
        permissions,
      }),
    onSuccess: (role) => {
      forget()
      toldDone(`The role ${role.name} was created`)
      void refreshRoles()
      onCreated(role)
    },
    onError: (error) => {
      form.setErrors(fieldErrors(error, ['name', 'tag', 'description'], { tag: /\btag\b/ }))
      focusFirstError(element.current)
    },
  })
  const isAtField = create.error !== null && Object.keys(form.errors).length > 0
  const { name, isTagTyped, permissions } = form.values
  return (
    <SidePanel title="Create custom role" onClose={onClose} size={560}>
      <form
        ref={element}
        noValidate
        onSubmit={form.onSubmit(
          (values) => create.mutate(values),
          () => focusFirstError(element.current),
        )}
      >
        <Stack gap="md">
          <TextInput
            label="Role name"
            required
            maxLength={200}
            autoComplete="off"
            data-autofocus
            {...form.getInputProps('name')}
            value={name}
            onChange={({ currentTarget: { value } }) => {
              form.setFieldValue('name', value)
              if (!isTagTyped) form.setFieldValue('tag', tagOf(value))
            }}
          />
          <TextInput
            label="Identifier"
            description="How the API and your scripts name this role. It never changes."
            required
            maxLength={100}
            autoComplete="off"
            spellCheck={false}
            {...form.getInputProps('tag')}
            onChange={({ currentTarget: { value } }) => {
              form.setFieldValue('tag', value)
              form.setFieldValue('isTagTyped', value !== '')
            }}
          />
          <Textarea
            label="Description"
            description="Who it is for. Shown where roles are chosen."
            autosize
            minRows={2}
            maxRows={8}
            {...form.getInputProps('description')}
          />
          <PermissionChoice
            value={permissions}
            before={[]}
            onChange={(names) => form.setFieldValue('permissions', names)}
          />
          {create.error && !isAtField && <Failed error={create.error} title="The role was not created" />}
          <Group justify="flex-end">
            <Button
              variant="default"
              onClick={() => {
                forget()
                onClose()
              }}
            >
              Cancel
            </Button>
            <Button type="submit" loading={create.isPending}>
              Create role
            </Button>
          </Group>
        </Stack>
      </form>
    </SidePanel>
  )
}
