import { Text } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useDraft } from '@muster/console-kit/draft.ts'
import { fieldErrors, focusFirstError } from '@muster/console-kit/form-errors.ts'
import { CancelOr, PanelForm } from '@muster/console-kit/panel-form.tsx'
import { SidePanel } from '@muster/console-kit/side-panel.tsx'
import { Failed } from '@muster/console-kit/states.tsx'
import { toldDone } from '@muster/console-kit/toasts.ts'
import { useUrl } from '@muster/console-kit/url.tsx'
import { useMutation } from '@tanstack/react-query'
import { useRef } from 'react'
import { GroupFields, groupProblems } from './group-fields.tsx'
import { createGroup, groupAddress } from './group-queries.ts'

/** Makes a security group: the kind that can be assigned to apps. */
export function NewGroupPanel({ onClose }: { readonly onClose: () => void }) {
  const { go } = useUrl()
  const element = useRef<HTMLFormElement>(null)
  const form = useForm({
    initialValues: { displayName: '', description: '' },
    validateInputOnBlur: true,
    validate: groupProblems,
  })
  const forget = useDraft('new-group', form)
  const create = useMutation({
    mutationFn: ({ displayName, description }: typeof form.values) =>
      createGroup({
        displayName: displayName.trim(),
        mailNickname: nicknameOf(displayName),
        mailEnabled: false,
        securityEnabled: true,
        ...(description.trim() === '' ? {} : { description: description.trim() }),
      }),
    onSuccess: (group) => {
      forget()
      toldDone(`${group.displayName} was created`)
      go(groupAddress(group.id))
    },
    onError: (error) => {
      form.setErrors(fieldErrors(error, ['displayName', 'description']))
      focusFirstError(element.current)
    },
  })
  const isAtField = Object.keys(form.errors).length > 0
  return (
    <SidePanel title="New group" onClose={onClose}>
      <PanelForm
        ref={element}
        onSubmit={form.onSubmit(
          (values) => create.mutate(values),
          () => focusFirstError(element.current),
        )}
        notice={create.error && !isAtField && <Failed error={create.error} title="The group was not created" />}
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
        <GroupFields inputProps={form.getInputProps} />
        <Text size="sm" c="dimmed">
          It is a security group, so that it can be assigned to apps. Members are added on its page.
        </Text>
      </PanelForm>
    </SidePanel>
  )
}

const LONGEST_NICKNAME = 64

/** What Graph asks every group for and nobody types: the letters and digits of the name. */
function nicknameOf(name: string): string {
  const plain = name
    .normalize('NFKD')
    .replaceAll(/[\u0300-\u036f]/g, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, LONGEST_NICKNAME)
  return plain === '' ? `group-${crypto.getRandomValues(new Uint32Array(1))[0]}` : plain
}
