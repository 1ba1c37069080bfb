import { Button, Skeleton, Text } from '@mantine/core'
import { IconCheck } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import classes from './tile.module.css'

/** Tiles beside each other, under each other where there is no room. */
export function Tiles({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <section aria-label={label} className={classes.tiles}>
      {children}
    </section>
  )
}

/** One thing to do: what for, how far it has really come, and where it is done. */
export function Tile({
  step,
  title,
  why,
  state,
  isDone,
  isNext,
  href,
  action,
}: {
  readonly step: number
  readonly title: string
  readonly why: string
  /** Undefined while it is not known. */
  readonly state: ReactNode
  readonly isDone: boolean | undefined
  /** The one to do now. */
  readonly isNext: boolean
  readonly href: string
  readonly action: string
}) {
  return (
    <div className={classes.tile}>
      <span className={classes.mark} data-done={isDone === true} aria-hidden>
        {isDone ? <IconCheck size={14} stroke={2.5} /> : step}
      </span>
      <div className={classes.words}>
        <h2 className={classes.title}>{title}</h2>
        <Text size="sm" c="dimmed">
          {why}
        </Text>
        <div className={classes.state}>{state ?? <Skeleton height={14} width={140} my={3} />}</div>
        <Button component="a" href={href} size="xs" variant={isNext ? 'filled' : 'default'}>
          {action}
        </Button>
      </div>
    </div>
  )
}
