import { Anchor, Group, Stack, Text, Title } from '@mantine/core'
import { type ReactNode, useEffect, useState } from 'react'
import { createPortal } from 'react-dom'
import classes from './page.module.css'

export interface Crumb {
  readonly title: string
  readonly href: string
}

export interface PageProps {
  readonly title: string
  /** Which part of it is shown, when tabs divide it: the breadcrumb ends there. */
  readonly part?: string
  /** One sentence: what this page is for. */
  readonly description?: ReactNode
  /** Where this page lies, outermost first, without itself. */
  readonly crumbs?: readonly Crumb[]
  /** What can be done here; the primary one last. */
  readonly actions?: ReactNode
  /** Forms read better narrow: 640 px instead of 1,240. */
  readonly isNarrow?: boolean
  readonly children: ReactNode
}

/** A page: its one `h1`, what it is for, what can be done, and the rest. */
export function Page({ title, part, description, crumbs = [], actions, isNarrow = false, children }: PageProps) {
  useEffect(() => {
    const name = part === undefined ? title : `${part} · ${title}`
    document.title = `${name} · ${document.querySelector('meta[name="application-name"]')?.getAttribute('content')}`
  }, [title, part])
  return (
    <div className={classes.wide}>
      <Stack gap="lg" className={isNarrow ? classes.narrow : undefined}>
        <Breadcrumb crumbs={crumbs} title={part ?? title} />
        <Stack gap={4}>
          <Group justify="space-between" align="flex-start" gap="sm">
            <Title order={1} className={classes.title}>
              {title}
            </Title>
            {actions !== undefined && <Group gap="xs">{actions}</Group>}
          </Group>
          {description !== undefined && (
            <Text c="dimmed" maw={720}>
              {description}
            </Text>
          )}
        </Stack>
        {children}
      </Stack>
    </div>
  )
}

/** Where the frame has room for the breadcrumb of its page. */
export const CRUMBS_PLACE = 'kit-crumbs'

function Breadcrumb({ crumbs, title }: { readonly crumbs: readonly Crumb[]; readonly title: string }) {
  const [place, setPlace] = useState<HTMLElement | null>(null)
  useEffect(() => setPlace(document.getElementById(CRUMBS_PLACE)), [])
  if (!place) return null
  return createPortal(
    <nav aria-label="Breadcrumb" className={classes.crumbs}>
      {crumbs.map(({ title: name, href }) => (
        <Anchor key={href} href={href} size="sm" c="dimmed" className={classes.crumb}>
          {name}
        </Anchor>
      ))}
      <Text size="sm" component="span" aria-current="page" className={classes.crumb}>
        {title}
      </Text>
    </nav>,
    place,
  )
}

/** A part of a page under its own heading, in a bordered box. */
export function Section({
  title,
  description,
  actions,
  children,
}: {
  readonly title: string
  readonly description?: ReactNode
  readonly actions?: ReactNode
  readonly children: ReactNode
}) {
  return (
    <section className={classes.section} aria-label={title}>
      <Group justify="space-between" align="flex-start" mb="md">
        <Stack gap={2}>
          <Title order={2}>{title}</Title>
          {description !== undefined && (
            <Text size="sm" c="dimmed" maw={640}>
              {description}
            </Text>
          )}
        </Stack>
        {actions !== undefined && <Group gap="xs">{actions}</Group>}
      </Group>
      {children}
    </section>
  )
}
