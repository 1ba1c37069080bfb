import { Button, Code, Group, Input, Stack, Text, Textarea, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { fieldErrors, focusFirstError } from '@muster/console-kit/form-errors.ts'
import { Meanwhile } from '@muster/console-kit/meanwhile.tsx'
import { Failed } from '@muster/console-kit/states.tsx'
import { toldDone } from '@muster/console-kit/toasts.ts'
import { useUnsaved } from '@muster/console-kit/unsaved.ts'
import { useMutation } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { PermissionChoice } from './permission-choice.tsx'
import { descriptionProblem, nameProblem } from './role-fields.ts'
import { isUsed } from './role-uses.tsx'
import { changeRole, type RoleDetail, readRole, refreshRoles } from './roles-queries.ts'

type Values = {
  readonly name: string
  readonly description: string
  readonly permissions: string[]
}

const valuesOf = ({ name, description, permissions }: RoleDetail): Values => ({
  name,
  description,
  permissions: [...permissions].sort(),
})

/** Another name, description or set of permissions for a role; whoever holds it feels it at once. */
export function EditRole({ loaded, onDone }: { readonly loaded: RoleDetail; readonly onDone: () => void }) {
  const tag = loaded.tag ?? ''
  const element = useRef<HTMLFormElement>(null)
  const first = useRef<HTMLInputElement>(null)
  useEffect(() => first.current?.focus(), [])
  // What the form was filled from: a later reading must not pass for it.
  const [base, setBase] = useState(loaded)
  const [theirs, setTheirs] = useState<RoleDetail>()
  const form = useForm<Values>({
    initialValues: valuesOf(loaded),
    validateInputOnBlur: ['name', 'description'],
    validate: { name: nameProblem, description: descriptionProblem },
  })
  const forget = useUnsaved(`role-${tag}`, form)
  const save = useMutation({
    mutationFn: async ({ isSure }: { readonly isSure: boolean }) => {
      const present = await readRole(tag)
      if (!isSure && changesBetween(base, present).length > 0) return present
      const { name, description, permissions } = form.getValues()
      await changeRole(tag, {
        name: name.trim(),
        ...(description.trim() === '' ? {} : { description: description.trim() }),
        permissions,
      })
      return undefined
    },
    onSuccess: (present) => {
      setTheirs(present)
      if (present) return
      forget()
      toldDone(`The role ${form.getValues().name.trim()} was saved`)
      void refreshRoles()
      onDone()
    },
    onError: (error) => {
      form.setErrors(fieldErrors(error, ['name', 'description']))
      focusFirstError(element.current)
    },
  })
  const isAtField = save.error !== null && Object.keys(form.errors).length > 0
  return (
    <form
      ref={element}
      noValidate
      onSubmit={form.onSubmit(
        () => save.mutate({ isSure: false }),
        () => focusFirstError(element.current),
      )}
    >
      <Stack gap="md">
        <TextInput
          label="Role name"
          required
          maxLength={200}
          autoComplete="off"
          ref={first}
          {...form.getInputProps('name')}
        />
        <Input.Wrapper label="Identifier" labelElement="div">
          <Code>{tag}</Code>
        </Input.Wrapper>
        <Textarea label="Description" autosize minRows={2} maxRows={8} {...form.getInputProps('description')} />
        {isUsed(base.uses) && (
          <Text size="sm" c="dimmed">
            This role is in use: what you turn off is refused to its holders from their next request on.
          </Text>
        )}
        <PermissionChoice
          value={form.values.permissions}
          before={base.permissions}
          onChange={(names) => form.setFieldValue('permissions', [...names].sort())}
        />
        {theirs && (
          <Meanwhile
            isBusy={save.isPending}
            onLoadTheirs={() => {
              setBase(theirs)
              setTheirs(undefined)
              form.setInitialValues(valuesOf(theirs))
              form.setValues(valuesOf(theirs))
            }}
            onSaveMine={() => save.mutate({ isSure: true })}
          >
            {changesBetween(base, theirs).map((sentence) => (
              <div key={sentence}>{sentence}</div>
            ))}
          </Meanwhile>
        )}
        {save.error && !isAtField && <Failed error={save.error} title="The role was not changed" />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onDone}>
            Cancel
          </Button>
          <Button type="submit" loading={save.isPending} disabled={!form.isDirty() || theirs !== undefined}>
            Save
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

/** What somebody else changed between two readings, a sentence each. */
function changesBetween(before: RoleDetail, now: RoleDetail): readonly string[] {
  const added = now.permissions.filter((name) => !before.permissions.includes(name))
  const removed = before.permissions.filter((name) => !now.permissions.includes(name))
  return [
    ...(before.name === now.name ? [] : [`Someone changed the name to “${now.name}” meanwhile.`]),
    ...(before.description === now.description ? [] : [`Someone changed the description${toShort(now)} meanwhile.`]),
    ...(added.length === 0 ? [] : [`Someone turned on meanwhile: ${added.join(', ')}.`]),
    ...(removed.length === 0 ? [] : [`Someone turned off meanwhile: ${removed.join(', ')}.`]),
  ]
}

const QUOTED = 120

const toShort = ({ description }: RoleDetail): string =>
  description !== '' && description.length <= QUOTED ? ` to “${description}”` : ''
