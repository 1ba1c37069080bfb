import { useForm } from '@mantine/form'
import { useDraft } from '@muster/console-kit/draft.ts'
import { focusFirstError } from '@muster/console-kit/form-errors.ts'
import { Meanwhile } from '@muster/console-kit/meanwhile.tsx'
import { CancelOr, PanelForm } from '@muster/console-kit/panel-form.tsx'
import { SidePanel } from '@muster/console-kit/side-panel.tsx'
import { Failed } from '@muster/console-kit/states.tsx'
import { toldDone } from '@muster/console-kit/toasts.ts'
import { useMutation } from '@tanstack/react-query'
import { type ReactNode, useRef, useState } from 'react'

/** The properties of a person or a group, as texts. */
type Texts<Name extends string> = Readonly<Record<Name, string>>

export interface EditPanelProps<Name extends string> {
  /** Of the draft that is kept: `user:…`. */
  readonly id: string
  /** What it was called when the panel was opened. */
  readonly title: string
  readonly initial: Texts<Name>
  /** Each property with what people call it in a sentence. */
  readonly fields: readonly { readonly name: Name; readonly label: string }[]
  readonly validate: Readonly<Record<Name, (text: string) => string | null>>
  /** Reads it again, as it is now. */
  readonly read: () => Promise<Texts<Name>>
  /** Writes the properties named, with their new texts, trimmed. */
  readonly write: (change: Partial<Texts<Name>>) => Promise<unknown>
  /** What of a refusal is about a property. */
  readonly errorsOf: (error: unknown) => Partial<Texts<Name>>
  readonly onClose: () => void
  readonly children: (inputProps: (name: Name) => object) => ReactNode
}

/**
 * Changes what is known of a person or a group. Only what differs is sent, so that two who change different properties
 * never meet; where somebody else changed the same one meanwhile, it is asked which is to stay.
 */
export function EditPanel<Name extends string>(props: EditPanelProps<Name>) {
  const { id, title, fields, read, write, errorsOf, onClose } = props
  // What is edited began with these, whatever is read behind the panel.
  const [began, setBegan] = useState(props.initial)
  const [theirs, setTheirs] = useState<Texts<Name>>()
  const element = useRef<HTMLFormElement>(null)
  const form = useForm<Record<string, string>>({
    initialValues: { ...began },
    validateInputOnBlur: true,
    validate: props.validate,
  })
  const mine = (name: Name) => (form.values[name] ?? '').trim()
  const changed = fields.filter(({ name }) => mine(name) !== began[name])
  const isDirty = changed.length > 0
  const clashes = (now: Texts<Name>) =>
    changed.filter(({ name }) => now[name] !== began[name] && now[name] !== mine(name))
  const textsOf = (of: (name: Name) => string | undefined) =>
    Object.fromEntries(changed.map(({ name }) => [name, of(name)])) as Partial<Texts<Name>>
  // Only what differs is kept: the rest may have been changed by others when the draft is read again.
  const forget = useDraft<Record<string, string>>(id, {
    values: textsOf((name) => form.values[name]) as Record<string, string>,
    setValues: (kept) => form.setValues(kept),
    isDirty: () => isDirty,
  })
  const save = useMutation({
    mutationFn: async ({ isSure }: { readonly isSure: boolean }) => {
      const now = await read()
      if (!isSure && clashes(now).length > 0) {
        setTheirs(now)
        return 'asked'
      }
      await write(textsOf(mine))
      return 'saved'
    },
    onSuccess: (outcome) => {
      if (outcome === 'asked') return
      forget()
      toldDone(`${form.values.displayName?.trim()} was changed`)
      onClose()
    },
    onError: (error) => {
      form.setErrors(errorsOf(error))
      focusFirstError(element.current)
    },
  })
  const loadTheirs = (now: Texts<Name>) => {
    const merged = fields.map(({ name }) => [name, now[name] === began[name] ? form.values[name] : now[name]] as const)
    setBegan(now)
    form.setInitialValues({ ...now })
    form.setValues(Object.fromEntries(merged) as Record<string, string>)
    setTheirs(undefined)
  }
  const isAtField = Object.keys(form.errors).length > 0
  return (
    <SidePanel title={`Edit ${title}`} onClose={onClose}>
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
              onLoadTheirs={() => loadTheirs(theirs)}
              onSaveMine={() => save.mutate({ isSure: true })}
            >
              {clashes(theirs).map(({ name, label }) => (
                <div key={name}>
                  {theirs[name] === ''
                    ? `Someone emptied ${label} meanwhile.`
                    : `Someone changed ${label} to “${theirs[name]}” meanwhile.`}
                </div>
              ))}
            </Meanwhile>
          ) : (
            save.error && !isAtField && <Failed error={save.error} title="Nothing was changed" />
          )
        }
        actions={
          <CancelOr
            verb="Save"
            isBusy={save.isPending}
            isDisabled={!isDirty}
            onCancel={() => {
              forget()
              onClose()
            }}
          />
        }
      >
        {props.children((name) => form.getInputProps(name))}
      </PanelForm>
    </SidePanel>
  )
}
