import { Group, Title } from '@mantine/core'
import type { ReactNode } from 'react'
import classes from './panel-part.module.css'

/** A part of a panel under its own small heading, set apart by a line. */
export function PanelPart({
  title,
  actions,
  children,
}: {
  readonly title: string
  readonly actions?: ReactNode
  readonly children: ReactNode
}) {
  return (
    <section className={classes.part} aria-label={title}>
      <Group justify="space-between" gap="xs" mih={28} mb={6}>
        <Title order={3}>{title}</Title>
        {actions}
      </Group>
      {children}
    </section>
  )
}
