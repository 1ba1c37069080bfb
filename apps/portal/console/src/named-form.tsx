import { Button } from '@mantine/core'
import { useForm } from '@mantine/form'
import { fieldErrors, focusFirstError } from '@muster/console-kit/form-errors.ts'
import { Meanwhile } from '@muster/console-kit/meanwhile.tsx'
import { PanelForm } from '@muster/console-kit/panel-form.tsx'
import { Failed } from '@muster/console-kit/states.tsx'
import { toldDone } from '@muster/console-kit/toasts.ts'
import { useUnsaved } from '@muster/console-kit/unsaved.ts'
import { useMutation } from '@tanstack/react-query'
import { type ReactNode, useRef, useState } from 'react'
import { descriptionProblem, NameFields, nameProblem } from './api-keys/credential-fields.tsx'
import { type Difference, differences } from './changed-fields.ts'

/** What can be said of a thing that is there: what it is called, and what for. */
export type Named = { name: string; description: string }

/**
 * Changes the name and description of a key or a team. Both are written whole, so the thing is read again right before:
 * where somebody else changed it meanwhile, it is asked which is to stay.
 */
export function NamedForm({
  draft,
  loaded,
  hint,
  read,
  write,
  onSaved,
  summary,
  children,
}: {
  /** Of the draft that is kept through a lost session: `api-key-…`. */
  readonly draft: string
  readonly loaded: Named
  /** What a good description says. */
  readonly hint: string
  /** Reads it again, as it is now. */
  readonly read: () => Promise<Named>
  /** Writes both, trimmed. @returns what it is called then. */
  readonly write: (values: Named) => Promise<string>
  readonly onSaved: () => void
  /** What else can be done with it. */
  readonly summary: ReactNode
  /** What is known of it, above the fields. */
  readonly children?: ReactNode
}) {
  // What the form was filled from: a later reading must not pass for it.
  const [base, setBase] = useState(loaded)
  const [meanwhile, setMeanwhile] = useState<readonly Difference[]>([])
  const element = useRef<HTMLFormElement>(null)
  const form = useForm<Named>({
    initialValues: loaded,
    validateInputOnBlur: true,
    validate: { name: nameProblem, description: descriptionProblem },
  })
  const forget = useUnsaved(draft, form)
  const take = (present: Named) => {
    setBase(present)
    setMeanwhile([])
    form.setInitialValues(present)
    form.setValues(present)
    form.clearErrors()
  }
  const save = useMutation({
    mutationFn: async ({ isSure }: { readonly isSure: boolean }) => {
      const changes = isSure
        ? []
        : differences(base, await read(), { name: 'the name', description: 'the description' })
      if (changes.length > 0) return { changes, name: '' }
      const { name, description } = form.getValues()
      return { changes, name: await write({ name: name.trim(), description: description.trim() }) }
    },
    onSuccess: ({ changes, name }) => {
      setMeanwhile(changes)
      if (changes.length > 0) return
      forget()
      toldDone(`${name} was saved`)
      onSaved()
    },
    onError: (error) => {
      form.setErrors(fieldErrors(error, ['name', 'description']))
      focusFirstError(element.current)
    },
  })
  const isAtField = save.error !== null && Object.keys(form.errors).length > 0
  return (
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
              onLoadTheirs={() => void read().then(take)}
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
      summary={summary}
      actions={
        <Button type="submit" loading={save.isPending} disabled={!form.isDirty() || meanwhile.length > 0}>
          Save
        </Button>
      }
    >
      {children}
      <NameFields form={form} hint={hint} />
    </PanelForm>
  )
}
