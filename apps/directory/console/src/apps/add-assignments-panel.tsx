import { Button, Checkbox, CloseButton, Group, Pill, Stack, Text, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { ApiError, messageOf } from '@muster/console-kit/api.ts'
import { queryClient } from '@muster/console-kit/console-root.tsx'
import { useLeaveGuard } from '@muster/console-kit/leave-guard.ts'
import { SidePanel } from '@muster/console-kit/side-panel.tsx'
import { Failed, Loading } from '@muster/console-kit/states.tsx'
import { toldDone } from '@muster/console-kit/toasts.ts'
import { IconSearch } from '@tabler/icons-react'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import classes from './add-assignments-panel.module.css'
import type { EnterpriseApp } from './app-queries.ts'
import { assign, assignedQuery, type Candidate, candidatesQuery } from './assignment-queries.ts'
import { KindIcon } from './kind-icon.tsx'

const TYPING_MS = 250

/** Chooses people and groups, and assigns them. What could not be assigned stays chosen, with the reason. */
export function AddAssignmentsPanel({ app, onClose }: { readonly app: EnterpriseApp; readonly onClose: () => void }) {
  const [text, setText] = useState('')
  const [asked] = useDebouncedValue(text.trim(), TYPING_MS)
  const [chosen, setChosen] = useState<readonly Candidate[]>([])
  const [failures, setFailures] = useState<readonly { readonly name: string; readonly why: unknown }[]>([])
  const [isBusy, setBusy] = useState(false)
  const found = useQuery({ ...candidatesQuery(asked), placeholderData: keepPreviousData })
  const ids = (found.data ?? []).map(({ id }) => id)
  const assigned = useQuery({ ...assignedQuery(app.id, ids), placeholderData: keepPreviousData }).data
  useLeaveGuard(chosen.length > 0 && !isBusy)

  const toggle = (candidate: Candidate) =>
    setChosen((before) =>
      before.some(({ id }) => id === candidate.id)
        ? before.filter(({ id }) => id !== candidate.id)
        : [...before, candidate],
    )

  const assignAll = async () => {
    setBusy(true)
    const left: Candidate[] = []
    const reasons: { name: string; why: unknown }[] = []
    for (const candidate of chosen)
      try {
        await assign(app.id, candidate.id)
      } catch (error) {
        // Somebody else was quicker: what was wanted is so.
        if (error instanceof ApiError && error.message.includes('already exists')) continue
        left.push(candidate)
        reasons.push({ name: candidate.displayName, why: error })
      }
    await queryClient.invalidateQueries({ queryKey: ['assignments', app.id] })
    const done = chosen.length - left.length
    if (done > 0)
      toldDone(
        `${done === 1 ? (chosen.find((one) => !left.includes(one))?.displayName ?? '1') : done} assigned to ${app.displayName}`,
      )
    setChosen(left)
    setFailures(reasons)
    setBusy(false)
    if (left.length === 0) onClose()
  }

  return (
    <SidePanel title="Add user/group" onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (chosen.length > 0) void assignAll()
        }}
      >
        <Stack gap="md">
          <TextInput
            type="search"
            label="Search people and groups"
            placeholder="Name or user principal name"
            leftSection={<IconSearch size={16} aria-hidden />}
            value={text}
            onChange={({ currentTarget: { value } }) => setText(value)}
            // Enter looks; assigning has its button.
            onKeyDown={(event) => {
              if (event.key === 'Enter') event.preventDefault()
            }}
            rightSection={
              text === '' ? null : <CloseButton size="sm" aria-label="Clear the search" onClick={() => setText('')} />
            }
            data-autofocus
            autoComplete="off"
          />
          {chosen.length > 0 && (
            <Group gap={6} role="group" aria-label="Chosen">
              {chosen.map((candidate) => (
                <Pill
                  key={candidate.id}
                  withRemoveButton
                  onRemove={() => toggle(candidate)}
                  removeButtonProps={{
                    'aria-label': `Take ${candidate.displayName} out`,
                    'aria-hidden': false,
                    tabIndex: 0,
                  }}
                  className={classes.pill ?? ''}
                >
                  {candidate.displayName}
                </Pill>
              ))}
            </Group>
          )}
          {failures.length > 0 && (
            <Failed
              title={`${failures.length === 1 ? '1 was' : `${failures.length} were`} not assigned`}
              error={new Error(failures.map(({ name, why }) => `${name}: ${messageOf(why)}`).join(' '))}
            />
          )}
          <Found
            query={found}
            asked={asked}
            isChosen={(id) => chosen.some((one) => one.id === id)}
            isAssigned={(id) => assigned?.has(id) ?? false}
            onToggle={toggle}
          />
          <Group justify="space-between" className={classes.foot ?? ''}>
            <Text size="sm" c="dimmed" role="status">
              {chosen.length === 0 ? 'Nobody chosen' : `${chosen.length} chosen`}
            </Text>
            <Group gap="xs">
              <Button variant="default" onClick={onClose}>
                Cancel
              </Button>
              <Button type="submit" loading={isBusy} disabled={chosen.length === 0}>
                Assign
              </Button>
            </Group>
          </Group>
        </Stack>
      </form>
    </SidePanel>
  )
}

function Found({
  query,
  asked,
  isChosen,
  isAssigned,
  onToggle,
}: {
  readonly query: {
    readonly data: readonly Candidate[] | undefined
    readonly error: unknown
    readonly refetch: () => unknown
  }
  readonly asked: string
  readonly isChosen: (id: string) => boolean
  readonly isAssigned: (id: string) => boolean
  readonly onToggle: (candidate: Candidate) => void
}) {
  const { data, error } = query
  if (error && data === undefined) return <Failed error={error} onRetry={() => void query.refetch()} />
  if (data === undefined) return <Loading lines={6} />
  if (data.length === 0)
    return (
      <Text size="sm" c="dimmed" role="status">
        {asked
          ? `No person or group has a name with a word that begins with “${asked}”.`
          : 'There are no people or groups in this directory yet.'}
      </Text>
    )
  return (
    <ul className={classes.found} aria-label="People and groups">
      {data.map((candidate) => {
        const { id, type, displayName, detail, caution, refusal } = candidate
        const is = isAssigned(id)
        return (
          <li key={id}>
            <Checkbox
              className={classes.candidate ?? ''}
              checked={is || isChosen(id)}
              disabled={is || refusal !== undefined}
              onChange={() => onToggle(candidate)}
              label={
                <span className={classes.label}>
                  <KindIcon type={type} />
                  {displayName}
                </span>
              }
              description={
                is ? `${detail} · assigned already` : [detail, refusal ?? caution].filter(Boolean).join(' · ')
              }
            />
          </li>
        )
      })}
    </ul>
  )
}
