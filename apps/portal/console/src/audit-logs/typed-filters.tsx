import { Button, Group, Popover, Stack, Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import type { ListState } from '@muster/console-kit/list-state.ts'
import { useQueryParams } from '@muster/console-kit/url.tsx'
import { IconFilter, IconX } from '@tabler/icons-react'
import { useState } from 'react'
import { DAYS, TYPED_FILTERS } from './audit-search.ts'

const ALL = [...TYPED_FILTERS, ...DAYS]
const FIRST_PAGE = { page: undefined, open: undefined }

/** Filters that are typed: who, what, from where, when. They take effect together. */
export function TypedFilters({ list }: { readonly list: ListState }) {
  const [isOpen, setOpen] = useState(false)
  const count = ALL.filter(({ name }) => list.filter(name) !== undefined).length
  return (
    <Popover opened={isOpen} onChange={setOpen} position="bottom-end" width={320} trapFocus returnFocus withinPortal>
      <Popover.Target>
        <Button
          variant="default"
          leftSection={<IconFilter size={16} aria-hidden />}
          onClick={() => setOpen((was) => !was)}
          aria-expanded={isOpen}
        >
          {count === 0 ? 'Filter' : `Filter (${count})`}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>{isOpen && <FilterForm list={list} onDone={() => setOpen(false)} />}</Popover.Dropdown>
    </Popover>
  )
}

function FilterForm({ list, onDone }: { readonly list: ListState; readonly onDone: () => void }) {
  const query = useQueryParams()
  const form = useForm<Record<string, string>>({
    initialValues: Object.fromEntries(ALL.map(({ name }) => [name, list.filter(name) ?? ''])),
    validate: {
      to: (to, { from }) => (from && to && to < from ? 'This day lies before the first one.' : null),
    },
  })
  return (
    <form
      noValidate
      onSubmit={form.onSubmit((values) => {
        query.set({ ...FIRST_PAGE, ...values })
        onDone()
      })}
    >
      <Stack gap="sm">
        {TYPED_FILTERS.map(({ name, label, placeholder }) => (
          <TextInput key={name} label={label} placeholder={placeholder} {...form.getInputProps(name)} />
        ))}
        <Group grow gap="xs" align="flex-start">
          {DAYS.map(({ name, label }) => (
            <TextInput key={name} type="date" label={label} {...form.getInputProps(name)} />
          ))}
        </Group>
        <Text size="xs" c="dimmed">
          Several values of one field: separate them by commas. Days are in your time zone.
        </Text>
        <Group justify="flex-end">
          <Button type="submit">Apply</Button>
        </Group>
      </Stack>
    </form>
  )
}

/** The typed filters that hold now, each with what takes it away. */
export function ActiveFilters({ list }: { readonly list: ListState }) {
  const active = ALL.flatMap(({ name, label }) => {
    const value = list.filter(name)
    return value === undefined ? [] : [{ name, label, value }]
  })
  if (active.length === 0) return null
  return (
    <Group gap="xs">
      {active.map(({ name, label, value }) => (
        <Button
          key={name}
          variant="light"
          size="compact-sm"
          maw="100%"
          rightSection={<IconX size={14} aria-hidden />}
          aria-label={`Remove the filter ${label}: ${value}`}
          onClick={() => list.setFilter(name, undefined)}
        >
          {label}: {value}
        </Button>
      ))}
    </Group>
  )
}
