import { ActionIcon, Anchor, Button, Group, Text, Title, Tooltip } from '@mantine/core'
import { IconCheck, IconX } from '@tabler/icons-react'
import classes from './getting-started.module.css'

export interface Step {
  readonly title: string
  /** What it is for, in a sentence. */
  readonly why: string
  /** Where it is done. */
  readonly href: string
  /** What the link says: a verb. */
  readonly action: string
  /** Whether it has really happened; undefined while that is not known. */
  readonly isDone: boolean | undefined
  /** What happened, in place of the reason. */
  readonly evidence?: string
}

/** The real steps in their order, each ticked by what happened and never by a click. */
export function GettingStarted({
  title,
  steps,
  onDismiss,
}: {
  readonly title: string
  readonly steps: readonly Step[]
  readonly onDismiss: () => void
}) {
  const done = steps.filter(({ isDone }) => isDone).length
  const next = steps.find(({ isDone }) => isDone === false)
  return (
    <section className={classes.box} aria-label={title}>
      <Group justify="space-between" wrap="nowrap" align="flex-start" mb="sm">
        <div>
          <Title order={2}>{title}</Title>
          <Text size="sm" c="dimmed" role="status">
            {done === steps.length ? 'All done' : `${done} of ${steps.length} done`}
          </Text>
        </div>
        <Tooltip label="Hide these steps">
          <ActionIcon variant="subtle" color="gray" aria-label="Hide these steps" onClick={onDismiss}>
            <IconX size={16} aria-hidden />
          </ActionIcon>
        </Tooltip>
      </Group>
      <ol className={classes.steps}>
        {steps.map((step, index) => (
          <li key={step.title} className={classes.step} data-done={step.isDone === true}>
            <span className={classes.mark} aria-hidden>
              {step.isDone ? <IconCheck size={14} stroke={2.5} /> : index + 1}
            </span>
            <div className={classes.words}>
              <Text fw={500}>
                {step.isDone ? <span className={classes.hidden}>Done: </span> : null}
                {step.isDone ? (
                  <Anchor href={step.href} inherit c="inherit">
                    {step.title}
                  </Anchor>
                ) : (
                  step.title
                )}
              </Text>
              <Text size="sm" c="dimmed">
                {step.isDone ? (step.evidence ?? step.why) : step.why}
              </Text>
            </div>
            {step.isDone === false && (
              <Button
                component="a"
                href={step.href}
                size="xs"
                variant={step === next ? 'filled' : 'default'}
                className={classes.action}
              >
                {step.action}
              </Button>
            )}
          </li>
        ))}
      </ol>
    </section>
  )
}
