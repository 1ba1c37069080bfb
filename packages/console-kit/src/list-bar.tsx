import { Button, CloseButton, Group, Select, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { IconSearch } from '@tabler/icons-react'
import { type ReactNode, useEffect, useState } from 'react'
import classes from './list-bar.module.css'
import type { ListState } from './list-state.ts'

const TYPING_MS = 250

/** What stands over a list: search, filters, what they leave out, and on the right what else can be set. */
export function ListBar({
  list,
  searchLabel,
  filters = [],
  children,
}: {
  readonly list: ListState
  /** "Search by name or e-mail"; without it there is no search. */
  readonly searchLabel?: string
  readonly filters?: readonly {
    readonly name: string
    readonly label: string
    /** What is shown when nothing is chosen, if that narrows the list too. */
    readonly none?: string
    /** Without them the filter is typed. */
    readonly options?: readonly { readonly value: string; readonly label: string }[]
  }[]
  readonly children?: ReactNode
}) {
  return (
    <Group gap="xs" role="search" className={classes.bar}>
      {searchLabel !== undefined && <SearchBox list={list} label={searchLabel} />}
      {filters.map(({ name, label, none, options }) =>
        options === undefined ? (
          <TypedFilter key={name} list={list} name={name} label={label} />
        ) : (
          <Select
            key={name}
            aria-label={label}
            placeholder={none ?? label}
            size="sm"
            className={classes.filter}
            data={[...options]}
            value={list.filter(name) ?? null}
            onChange={(value) => list.setFilter(name, value ?? undefined)}
            clearable
            clearButtonProps={{ 'aria-label': `Clear ${label}` }}
            data-active={list.filter(name) !== undefined}
          />
        ),
      )}
      {list.isFiltered && (
        <Button variant="subtle" color="gray" size="sm" onClick={list.clear}>
          Clear
        </Button>
      )}
      {children !== undefined && <div className={classes.rest}>{children}</div>}
    </Group>
  )
}

function TypedFilter({
  list,
  name,
  label,
}: {
  readonly list: ListState
  readonly name: string
  readonly label: string
}) {
  const value = list.filter(name) ?? ''
  const [text, setText] = useState(value)
  const tell = useDebouncedCallback((now: string) => list.setFilter(name, now, { replace: true }), TYPING_MS)
  useEffect(() => setText(value), [value])
  const type = (now: string) => {
    setText(now)
    tell(now)
  }
  return (
    <TextInput
      aria-label={label}
      placeholder={label}
      className={classes.filter}
      value={text}
      onChange={({ currentTarget }) => type(currentTarget.value)}
      rightSection={
        text === '' ? null : <CloseButton size="sm" aria-label={`Clear ${label}`} onClick={() => type('')} />
      }
    />
  )
}

function SearchBox({ list, label }: { readonly list: ListState; readonly label: string }) {
  const [text, setText] = useState(list.search)
  const tell = useDebouncedCallback((value: string) => list.setSearch(value), TYPING_MS)
  // Going back, or clearing, changes the address without typing.
  useEffect(() => setText(list.search), [list.search])
  return (
    <TextInput
      type="search"
      aria-label={label}
      placeholder={label}
      className={classes.search}
      leftSection={<IconSearch size={16} aria-hidden />}
      value={text}
      onChange={({ currentTarget: { value } }) => {
        setText(value)
        tell(value)
      }}
      rightSection={
        text === '' ? null : (
          <CloseButton
            size="sm"
            aria-label="Clear the search"
            onClick={() => {
              setText('')
              list.setSearch('')
            }}
          />
        )
      }
    />
  )
}
