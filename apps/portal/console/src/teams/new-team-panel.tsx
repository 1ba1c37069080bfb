import { Checkbox, Textarea, TextInput } from '@mantine/core'
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
import { descriptionProblem, nameProblem } from '../api-keys/credential-fields.tsx'
import { useMe } from '../me.tsx'
import { tagOf } from '../roles/role-tag.ts'
import { createTeam, hrefOfTeam, refreshTeams } from './team-queries.ts'

interface Values {
  name: string
  /** Follows the name until it is typed. */
  teamTag: string
  description: string
  isMine: boolean
}

const tagProblem = (tag: string): string | null =>
  /^[A-Za-z0-9][A-Za-z0-9-]{0,99}$/.test(tag)
    ? null
    : 'Use letters, digits and hyphens, beginning with a letter or digit, at most 100.'

/** A team kept by hand that is not there yet. */
export function NewTeamPanel({ onClose }: { readonly onClose: () => void }) {
  const me = useMe()
  const { go } = useUrl()
  const element = useRef<HTMLFormElement>(null)
  const form = useForm<Values>({
    initialValues: { name: '', teamTag: '', description: '', isMine: true },
    validateInputOnBlur: true,
    validate: { name: nameProblem, teamTag: tagProblem, description: descriptionProblem },
  })
  const forget = useDraft('new-team', form)
  const create = useMutation({
    mutationFn: ({ name, teamTag, description, isMine }: Values) =>
      createTeam({
        teamTag,
        type: 'CORTEX',
        metadata: {
          name: name.trim(),
          ...(description.trim() === '' ? {} : { description: description.trim() }),
        },
        ...(isMine && me.user ? { cortexTeam: { members: [{ email: me.user.email }] } } : {}),
      }),
    onSuccess: ({ metadata, teamTag }) => {
      forget()
      toldDone(`${metadata.name} was created`)
      void refreshTeams()
      go(hrefOfTeam(teamTag))
    },
    onError: (error) => {
      form.setErrors(fieldErrors(error, ['name', 'teamTag', 'description'], { teamTag: /^The tag .* is taken/ }))
      focusFirstError(element.current)
    },
  })
  const isAtField = create.error !== null && Object.keys(form.errors).length > 0
  return (
    <SidePanel title="Create team" onClose={onClose}>
      <PanelForm
        ref={element}
        onSubmit={form.onSubmit(
          (values) => create.mutate(values),
          () => focusFirstError(element.current),
        )}
        notice={create.error && !isAtField && <Failed error={create.error} title="The team was not created" />}
        actions={<CancelOr verb="Create team" isBusy={create.isPending} onCancel={onClose} />}
      >
        <TextInput
          label="Name"
          withAsterisk
          required
          autoComplete="off"
          data-autofocus
          {...form.getInputProps('name')}
          onChange={({ currentTarget: { value } }) => {
            const follows = form.values.teamTag === tagOf(form.values.name)
            form.setValues({ name: value, ...(follows ? { teamTag: tagOf(value) } : {}) })
          }}
        />
        <TextInput
          label="Identifier"
          withAsterisk
          required
          description="In addresses and in the API. It never changes."
          autoComplete="off"
          spellCheck={false}
          {...form.getInputProps('teamTag')}
        />
        <Textarea label="Description" autosize minRows={2} {...form.getInputProps('description')} />
        <Checkbox label="Join this team" {...form.getInputProps('isMine', { type: 'checkbox' })} />
      </PanelForm>
    </SidePanel>
  )
}
