import { Autocomplete, Text } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useDebouncedValue } from '@mantine/hooks'
import { useDraft } from '@muster/console-kit/draft.ts'
import { fieldErrors, focusFirstError } from '@muster/console-kit/form-errors.ts'
import { CancelOr, PanelForm } from '@muster/console-kit/panel-form.tsx'
import { SidePanel } from '@muster/console-kit/side-panel.tsx'
import { Failed } from '@muster/console-kit/states.tsx'
import { toldDone } from '@muster/console-kit/toasts.ts'
import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query'
import { useRef } from 'react'
import type { z } from 'zod'
import type { users } from '../../../contract/users.ts'
import { api } from '../api.ts'
import { useMe } from '../me.tsx'
import { PERMISSION } from '../permissions.ts'
import { addMember, membersOf, refreshTeams, type TeamView } from './team-queries.ts'

const TYPING_MS = 200
const MOST_SHOWN = 8

/** Puts somebody in a team, by their e-mail; those who may see people get them suggested. */
export function AddMemberPanel({ team, onClose }: { readonly team: TeamView; readonly onClose: () => void }) {
  const me = useMe()
  const element = useRef<HTMLFormElement>(null)
  const form = useForm({
    initialValues: { email: '' },
    validate: { email: (email) => (email.trim() === '' ? 'Enter the e-mail of someone in this workspace.' : null) },
  })
  const forget = useDraft(`add-member-${team.id}`, form)
  const people = usePeopleLike(form.values.email, me.may(PERMISSION.viewRoles))
  const inTeam = new Set(membersOf(team).map(({ email }) => email))
  const names = new Map(people.map(({ email, name }) => [email, name]))
  const add = useMutation({
    mutationFn: ({ email }: { readonly email: string }) => addMember(team.teamTag, email.trim()),
    onSuccess: (_, { email }) => {
      forget()
      toldDone(`${names.get(email) ?? email} is in ${team.metadata.name}`)
      void refreshTeams()
      onClose()
    },
    onError: (error) => {
      form.setErrors(fieldErrors(error, ['email'], { email: /^(Nobody here has|Several people have)/ }))
      focusFirstError(element.current)
    },
  })
  const isAtField = add.error !== null && form.errors.email !== undefined
  return (
    <SidePanel title={`Add a member to ${team.metadata.name}`} onClose={onClose}>
      <PanelForm
        ref={element}
        onSubmit={form.onSubmit(
          (values) => add.mutate(values),
          () => focusFirstError(element.current),
        )}
        notice={add.error && !isAtField && <Failed error={add.error} title="Nobody was added" />}
        actions={<CancelOr verb="Add member" isBusy={add.isPending} onCancel={onClose} />}
      >
        <Autocomplete
          label="E-mail"
          withAsterisk
          required
          description="Someone who has an account here already."
          data={[...names.keys()].filter((email) => !inTeam.has(email))}
          filter={({ options }) => options}
          openOnFocus={false}
          renderOption={({ option }) => (
            <div>
              <Text size="sm">{names.get(option.value)}</Text>
              <Text size="xs" c="dimmed">
                {option.value}
              </Text>
            </div>
          )}
          data-autofocus
          {...form.getInputProps('email')}
        />
        <Text size="sm" c="dimmed">
          Members get every role of this team at once. You can’t give roles that hold more than you do.
        </Text>
      </PanelForm>
    </SidePanel>
  )
}

/** People whose name or e-mail holds what is typed. */
function usePeopleLike(text: string, isAllowed: boolean): z.infer<typeof users>['users'] {
  const [asked] = useDebouncedValue(text.trim(), TYPING_MS)
  const { data } = useQuery({
    queryKey: ['users', 'like', asked],
    queryFn: ({ signal }) =>
      api<z.infer<typeof users>>(`/api/v1/users?pageSize=${MOST_SHOWN}&search=${encodeURIComponent(asked)}`, {
        signal,
      }),
    enabled: isAllowed && asked !== '',
    placeholderData: keepPreviousData,
  })
  return isAllowed ? (data?.users ?? []) : []
}
