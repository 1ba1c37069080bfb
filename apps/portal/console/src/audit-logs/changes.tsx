import { Stack, Text, Title } from '@mantine/core'
import { Losses } from '@muster/console-kit/danger-dialog.tsx'
import { Facts } from '@muster/console-kit/facts.tsx'
import type { ReactNode } from 'react'
import { fieldName, isRecord, told } from './audit-words.ts'
import classes from './changes.module.css'

/** What an entry tells of a change: what was taken or given, what was there before and after, what was added and removed. */
export function Changes({ details }: { readonly details: Readonly<Record<string, unknown>> }) {
  const { event: _, added, removed, described, counts, given, before, after, attributes, ...rest } = details
  const parts: ReactNode[] = []
  if (isRecord(removed)) parts.push(<Access key="removed" title="Taken away" access={removed} />)
  if (isRecord(given)) parts.push(<Access key="given" title="Given back" access={given} />)
  if ('before' in details || 'after' in details)
    parts.push(<BeforeAfter key="before" before={before} after={after ?? null} />)
  const lists = [
    ['Added', added],
    ['Removed', removed],
    ['Described anew', described],
    ['Attributes that changed', attributes],
  ] as const
  for (const [title, items] of lists)
    if (Array.isArray(items) && items.length > 0)
      parts.push(<Listed key={title} title={title} items={items} all={countOf(counts, title)} />)
  const facts = Object.entries(rest)
  if (facts.length > 0)
    parts.push(<Facts key="rest" items={facts.map(([name, value]) => [fieldName(name), told(value)] as const)} />)
  if (parts.length > 0) return <Stack gap="md">{parts}</Stack>
  return (
    <Text size="sm" c="dimmed">
      This kind of entry keeps no details.
    </Text>
  )
}

/** A change of many names the first ones and counts all of them. */
function countOf(counts: unknown, title: string): number | undefined {
  const count = isRecord(counts) ? counts[title.toLowerCase()] : undefined
  return typeof count === 'number' ? count : undefined
}

const KINDS = [
  { key: 'roles', one: 'role', many: 'roles' },
  { key: 'teams', one: 'team', many: 'teams' },
  { key: 'accessTokens', one: 'personal access token', many: 'personal access tokens' },
  { key: 'sessions', one: 'session', many: 'sessions' },
] as const

function Access({ title, access }: { readonly title: string; readonly access: Readonly<Record<string, unknown>> }) {
  const items = KINDS.flatMap(({ key, one, many }) => {
    const value = access[key]
    const count = typeof value === 'number' ? value : Array.isArray(value) ? value.length : 0
    if (count === 0) return []
    const what = `${count} ${count === 1 ? one : many}`
    return [Array.isArray(value) ? { what, names: told(value) } : { what }]
  })
  return (
    <div>
      <Title order={3} mb={4}>
        {title}
      </Title>
      {items.length > 0 ? (
        <Losses items={items} />
      ) : (
        <Text size="sm" c="dimmed">
          There was nothing: no role, team, token or session.
        </Text>
      )}
    </div>
  )
}

function Listed({
  title,
  items,
  all = items.length,
}: {
  readonly title: string
  readonly items: readonly unknown[]
  readonly all?: number | undefined
}) {
  return (
    <div>
      <Title order={3} mb={4}>
        {title}
      </Title>
      <ul className={classes.list}>
        {items.map((item) => (
          <li key={JSON.stringify(item)}>{told(item)}</li>
        ))}
        {all > items.length && <li>and {all - items.length} more</li>}
      </ul>
    </div>
  )
}

function BeforeAfter({ before, after }: { readonly before: unknown; readonly after: unknown }) {
  const [was, is] = [fieldsOf(before), fieldsOf(after)]
  const rows = [...new Set([...Object.keys(was), ...Object.keys(is)])].filter((key) => told(was[key]) !== told(is[key]))
  return (
    <table className={classes.table}>
      <thead>
        <tr>
          <th scope="col">What</th>
          <th scope="col">Before</th>
          <th scope="col">After</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((key) => (
          <tr key={key}>
            <th scope="row">{fieldName(key)}</th>
            <td className={classes.before}>{told(was[key])}</td>
            <td>{told(is[key])}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> => (isRecord(value) ? value : { value })
