import { Button, Group, Stack } from '@mantine/core'
import type { FormEventHandler, ReactNode, Ref } from 'react'
import classes from './panel-form.module.css'

/**
 * A form that fills a panel: fields, and a foot that stays at the bottom. A button that never moves can't be missed: an
 * error that comes when a field is left, because the button is being pressed, would push it from under the pointer.
 */
export function PanelForm({
  ref,
  onSubmit,
  notice,
  summary,
  actions,
  children,
}: {
  readonly ref?: Ref<HTMLFormElement>
  readonly onSubmit: FormEventHandler<HTMLFormElement>
  /** What became of the last try, in sight of the button: a refusal, a question. */
  readonly notice?: ReactNode
  /** How much is chosen, opposite of the buttons. */
  readonly summary?: ReactNode
  /** The primary button last. */
  readonly actions: ReactNode
  readonly children: ReactNode
}) {
  return (
    <form ref={ref} noValidate onSubmit={onSubmit} className={classes.form}>
      <Stack gap="md" className={classes.fields ?? ''}>
        {children}
      </Stack>
      <div className={classes.foot}>
        {notice}
        <Group justify={summary === undefined ? 'flex-end' : 'space-between'} gap="xs">
          {summary}
          <Group gap="xs">{actions}</Group>
        </Group>
      </div>
    </form>
  )
}

/** The usual two: away without doing it, and the verb. */
export function CancelOr({
  verb,
  isBusy,
  isDisabled = false,
  onCancel,
}: {
  /** "Create team", never "OK". */
  readonly verb: string
  readonly isBusy: boolean
  readonly isDisabled?: boolean
  readonly onCancel: () => void
}) {
  return (
    <>
      <Button variant="default" onClick={onCancel}>
        Cancel
      </Button>
      <Button type="submit" loading={isBusy} disabled={isDisabled}>
        {verb}
      </Button>
    </>
  )
}
