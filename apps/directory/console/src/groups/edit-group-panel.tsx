import { Button } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useDraft } from '@muster/console-kit/draft.ts'
import { fieldErrors, focusFirstError } from '@muster/console-kit/form-errors.ts'
import { Meanwhile } from '@muster/console-kit/meanwhile.tsx'
import { PanelForm } from '@muster/console-kit/panel-form.tsx'
import { SidePanel } from '@muster/console-kit/side-panel.tsx'
import { Failed } from '@muster/console-kit/states.tsx'
import { toldDone } from '@muster/console-kit/toasts.ts'
import { useMutation } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { GroupFields, type GroupForm, groupProblems } from './group-fields.tsx'
import { changeGroup, type DirectoryGroup, readGroup } from './group-queries.ts'

const NAMES = ['displayName', 'description'] as const
const LABELS = { displayName: 'the name', description: 'the description' } as const

const formOf = ({ displayName, description }: DirectoryGroup): GroupForm => ({
  displayName,
  description: description ?? '',
})

/** Changes a group's name and description. Only what differs is sent. */
export function EditGroupPanel({ group, onClose }: { readonly group: DirectoryGroup; readonly onClose: () => void }) {
  // What is edited began with these, whatever is read behind the panel.
  const [began, setBegan] = useState(() => formOf(group))
  const [theirs, setTheirs] = useState<GroupForm>()
  const element = useRef<HTMLFormElement>(null)
  const form = useForm<GroupForm>({ initialValues: began, validateInputOnBlur: true, validate: groupProblems })
  const differing = NAMES.filter((name) => form.values[name].trim() !== began[name])
  const isDirty = differing.length > 0
  // Only what differs is kept: the rest may have been changed by others when the draft is read again.
  const forget = useDraft<Partial<GroupForm>>(`group:${group.id}`, {
    values: Object.fromEntries(differing.map((name) => [name, form.values[name]])),
    setValues: (kept) => form.setValues(kept),
    isDirty: () => isDirty,
  })
  const clashes = (now: GroupForm) =>
    differing.filter((name) => now[name] !== began[name] && now[name] !== form.values[name].trim())
  const save = useMutation({
    mutationFn: async ({ isSure }: { readonly isSure: boolean }) => {
      const now = formOf(await readGroup(group.id))
      if (!isSure && clashes(now).length > 0) {
        setTheirs(now)
        return 'asked'
      }
      const { displayName, description } = form.values
      await changeGroup(group.id, {
        ...(differing.includes('displayName') ? { displayName: displayName.trim() } : {}),
        ...(differing.includes('description') ? { description: description.trim() || null } : {}),
      })
      return 'saved'
    },
    onSuccess: (outcome) => {
      if (outcome === 'asked') return
      forget()
      toldDone(`${form.values.displayName.trim()} was changed`)
      onClose()
    },
    onError: (error) => {
      form.setErrors(fieldErrors(error, NAMES))
      focusFirstError(element.current)
    },
  })
  const isAtField = Object.keys(form.errors).length > 0
  return (
    <SidePanel title={`Edit ${group.displayName}`} onClose={onClose}>
      <PanelForm
        ref={element}
        onSubmit={form.onSubmit(
          () => {
            if (isDirty) save.mutate({ isSure: false })
          },
          () => focusFirstError(element.current),
        )}
        notice={
          theirs ? (
            <Meanwhile
              isBusy={save.isPending}
              onLoadTheirs={() => {
                for (const name of clashes(theirs)) form.setFieldValue(name, theirs[name])
                setBegan(theirs)
                setTheirs(undefined)
              }}
              onSaveMine={() => save.mutate({ isSure: true })}
            >
              {clashes(theirs).map((name) => (
                <div key={name}>
                  {theirs[name] === ''
                    ? `Someone emptied ${LABELS[name]} meanwhile.`
                    : `Someone changed ${LABELS[name]} to “${theirs[name]}” meanwhile.`}
                </div>
              ))}
            </Meanwhile>
          ) : (
            save.error && !isAtField && <Failed error={save.error} title="Nothing was changed" />
          )
        }
        actions={
          <>
            <Button
              variant="default"
              onClick={() => {
                forget()
                onClose()
              }}
            >
              Cancel
            </Button>
            <Button type="submit" loading={save.isPending} disabled={!isDirty}>
              Save
            </Button>
          </>
        }
      >
        <GroupFields inputProps={form.getInputProps} />
      </PanelForm>
    </SidePanel>
  )
}
