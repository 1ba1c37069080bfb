import '@mantine/spotlight/styles.css'
import { useDebouncedValue } from '@mantine/hooks'
import { Spotlight, type SpotlightActionData, type SpotlightActionGroupData, spotlight } from '@mantine/spotlight'
import { IconSearch } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { useUrl } from './url.tsx'

export interface PaletteEntry {
  readonly label: string
  readonly href: string
  readonly detail?: string
  readonly group: string
}

/** Finds people, groups, apps by what is typed. */
export type PaletteSearch = (text: string, signal: AbortSignal) => Promise<readonly PaletteEntry[]>

const SHORTEST = 2

/** The command palette: every page, and whatever the server finds. Loaded when it is first opened. */
export default function Palette({
  opens,
  entries,
  search,
}: {
  /** Opens it each time that this grows. */
  readonly opens: number
  readonly entries: readonly PaletteEntry[]
  readonly search?: PaletteSearch | undefined
}) {
  const { go } = useUrl()
  const [text, setText] = useState('')
  const [asked] = useDebouncedValue(text.trim(), 200)
  // biome-ignore lint/correctness/useExhaustiveDependencies: each opening is one more.
  useEffect(() => {
    setText('')
    spotlight.open()
  }, [opens])
  const found = useQuery({
    queryKey: ['palette', asked],
    queryFn: ({ signal }) => search?.(asked, signal) ?? [],
    enabled: search !== undefined && asked.length >= SHORTEST,
  })
  const wanted = text.trim().toLowerCase()
  const shown = [
    ...entries.filter(({ label, group }) => `${group} ${label}`.toLowerCase().includes(wanted)),
    ...(asked.length >= SHORTEST && wanted !== '' ? (found.data ?? []) : []),
  ]
  const groups: SpotlightActionGroupData[] = [...Map.groupBy(shown, ({ group }) => group)].map(([group, own]) => ({
    group,
    actions: own.map(
      ({ label, href, detail }): SpotlightActionData => ({
        id: `${group} ${href}`,
        label,
        ...(detail === undefined ? {} : { description: detail }),
        onClick: () => go(href),
      }),
    ),
  }))
  return (
    <Spotlight
      actions={groups}
      query={text}
      onQueryChange={setText}
      filter={(_query, actions) => actions}
      nothingFound={found.isFetching ? 'Looking…' : 'Nothing is called that'}
      shortcut={null}
      scrollable
      maxHeight={420}
      searchProps={{
        leftSection: <IconSearch size={18} aria-hidden />,
        placeholder: 'Go to a page, or find somebody',
        'aria-label': 'Go to a page, or find somebody',
      }}
    />
  )
}
