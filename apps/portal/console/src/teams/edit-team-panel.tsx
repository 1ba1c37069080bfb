import { Button, Text } from '@mantine/core'
import { useForm } from '@mantine/form'
import { DangerDialog, Losses } from '@muster/console-kit/danger-dialog.tsx'
import { fieldErrors, focusFirstError } from '@muster/console-kit/form-errors.ts'
import { Meanwhile } from '@muster/console-kit/meanwhile.tsx'
import { PanelForm } from '@muster/console-kit/panel-form.tsx'
import { SidePanel } from '@muster/console-kit/side-panel.tsx'
import { Failed } from '@muster/console-kit/states.tsx'
import { toldDone } from '@muster/console-kit/toasts.ts'
import { useUnsaved } from '@muster/console-kit/unsaved.ts'
import { useUrl } from '@muster/console-kit/url.tsx'
import { useMutation } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { descriptionProblem, NameFields, nameProblem } from '../api-keys/credential-fields.tsx'
import { type Difference, differences } from '../changed-fields.ts'
import { counted } from '../users/user-words.ts'
import { changeTeam, deleteTeam, membersOf, readTeam, refreshTeams, type TeamView } from './team-queries.ts'

const valuesOf = ({ metadata: { name, description } }: TeamView) => ({ name, description: description ?? '' })

/** What a team kept by hand is called and said to be for, and its end. */
export function EditTeamPanel({ team, onClose }: { readonly team: TeamView; readonly onClose: () => void }) {
  const { teamTag } = team
  const element = useRef<HTMLFormElement>(null)
  const [base, setBase] = useState(team)
  const [meanwhile, setMeanwhile] = useState<readonly Difference[]>([])
  const [isDeleting, setDeleting] = useState(false)
  const form = useForm({
    initialValues: valuesOf(team),
    validateInputOnBlur: true,
    validate: { name: nameProblem, description: descriptionProblem },
  })
  const forget = useUnsaved(`team-${team.id}`, form)
  const take = (present: TeamView) => {
    setBase(present)
    setMeanwhile([])
    form.setInitialValues(valuesOf(present))
    form.setValues(valuesOf(present))
  }
  const save = useMutation({
    mutationFn: async ({ isSure }: { readonly isSure: boolean }) => {
      const present = await readTeam(teamTag)
      const changes = isSure
        ? []
        : differences(valuesOf(base), valuesOf(present), { name: 'the name', description: 'the description' })
      if (changes.length > 0) return { changes, present }
      const { name, description } = form.getValues()
      const metadata = { name: name.trim(), description: description.trim() }
      return { changes, present: await changeTeam(teamTag, { metadata }) }
    },
    onSuccess: ({ changes, present }) => {
      setMeanwhile(changes)
      if (changes.length > 0) return
      forget()
      toldDone(`${present.metadata.name} was saved`)
      void refreshTeams()
      onClose()
    },
    onError: (error) => {
      form.setErrors(fieldErrors(error, ['name', 'description']))
      focusFirstError(element.current)
    },
  })
  const isAtField = save.error !== null && Object.keys(form.errors).length > 0
  return (
    <SidePanel title="Edit team" onClose={onClose}>
      <PanelForm
        ref={element}
        onSubmit={form.onSubmit(
          () => save.mutate({ isSure: false }),
          () => focusFirstError(element.current),
        )}
        notice={
          <>
            {meanwhile.length > 0 && (
              <Meanwhile
                isBusy={save.isPending}
                onLoadTheirs={() => void readTeam(teamTag).then(take)}
                onSaveMine={() => save.mutate({ isSure: true })}
              >
                {meanwhile.map((sentence) => (
                  <div key={sentence}>{sentence}</div>
                ))}
              </Meanwhile>
            )}
            {save.error && !isAtField && <Failed error={save.error} title="Nothing was saved" />}
          </>
        }
        summary={
          <Button variant="subtle" color="red" onClick={() => setDeleting(true)}>
            Delete team
          </Button>
        }
        actions={
          <Button type="submit" loading={save.isPending} disabled={!form.isDirty() || meanwhile.length > 0}>
            Save
          </Button>
        }
      >
        <NameFields form={form} hint="What the team is for. The identifier never changes." />
      </PanelForm>
      {isDeleting && <DeleteTeam team={team} onClose={() => setDeleting(false)} />}
    </SidePanel>
  )
}

function DeleteTeam({ team, onClose }: { readonly team: TeamView; readonly onClose: () => void }) {
  const { go } = useUrl()
  const { teamTag, metadata } = team
  const members = membersOf(team)
  return (
    <DangerDialog
      title={`Delete the team “${metadata.name}”?`}
      verb="Delete team"
      typed={teamTag}
      onClose={onClose}
      onConfirm={async () => {
        await deleteTeam(teamTag)
        toldDone(`${metadata.name} was deleted`)
        go('/teams')
        await refreshTeams()
      }}
    >
      <Text size="sm">Nothing brings it back. What is lost at once:</Text>
      <Losses
        items={[
          {
            what: counted(members.length, 'place in the team', 'places in the team'),
            names: members
              .slice(0, 5)
              .map(({ name }) => name)
              .join(', '),
          },
          { what: 'What its members may do through its roles' },
        ]}
      />
    </DangerDialog>
  )
}
