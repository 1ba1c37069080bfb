import { Button, CloseButton, Group, Pill, Text, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { messageOf } from '@muster/console-kit/api.ts'
import { useLeaveGuard } from '@muster/console-kit/leave-guard.ts'
import { PanelForm } from '@muster/console-kit/panel-form.tsx'
import { SidePanel } from '@muster/console-kit/side-panel.tsx'
import { Failed } from '@muster/console-kit/states.tsx'
import { IconSearch } from '@tabler/icons-react'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { type assignedQuery, type Candidate, candidatesQuery } from '../apps/assignment-queries.ts'
import { Candidates } from './candidates.tsx'
import classes from './pick.module.css'

const TYPING_MS = 250

interface PickPanelProps {
  readonly title: string
  /** On the button: "Add". */
  readonly verb: string
  /** What is said of those who are there already: "a member already". */
  readonly already: string
  /** Asks which of some are there already. */
  readonly takenQuery: (ids: readonly string[]) => ReturnType<typeof assignedQuery>
  /** What is said beside a candidate, and why one can't be taken. */
  readonly judge?: (candidate: Candidate) => Candidate
  readonly onPick: (candidate: Candidate) => Promise<unknown>
  /** Told who was taken, once all have been tried. */
  readonly onPicked: (done: readonly Candidate[]) => void
  readonly onClose: () => void
}

/** Chooses several people and groups. Those that could not be taken stay chosen, with the reason. */
export function PickPanel({
  title,
  verb,
  already,
  takenQuery,
  judge = (one) => one,
  onPick,
  onPicked,
  onClose,
}: PickPanelProps) {
  const [text, setText] = useState('')
  const [asked] = useDebouncedValue(text.trim(), TYPING_MS)
  const [chosen, setChosen] = useState<readonly Candidate[]>([])
  const [failures, setFailures] = useState<readonly string[]>([])
  const [isBusy, setBusy] = useState(false)
  const found = useQuery({ ...candidatesQuery(asked), placeholderData: keepPreviousData })
  const ids = (found.data ?? []).map(({ id }) => id)
  const taken = useQuery({ ...takenQuery(ids), placeholderData: keepPreviousData }).data
  useLeaveGuard(chosen.length > 0 && !isBusy)

  const toggle = (candidate: Candidate) =>
    setChosen((before) =>
      before.some(({ id }) => id === candidate.id)
        ? before.filter(({ id }) => id !== candidate.id)
        : [...before, candidate],
    )
  const takeAll = async () => {
    setBusy(true)
    const left: Candidate[] = []
    const reasons: string[] = []
    for (const candidate of chosen)
      try {
        await onPick(candidate)
      } catch (error) {
        left.push(candidate)
        reasons.push(`${candidate.displayName}: ${messageOf(error)}`)
      }
    onPicked(chosen.filter((one) => !left.includes(one)))
    setChosen(left)
    setFailures(reasons)
    setBusy(false)
    if (left.length === 0) onClose()
  }
  return (
    <SidePanel title={title} onClose={onClose}>
      <PanelForm
        onSubmit={(event) => {
          event.preventDefault()
          if (chosen.length > 0) void takeAll()
        }}
        notice={
          failures.length > 0 && (
            <Failed
              title={`${failures.length === 1 ? '1 was' : `${failures.length} were`} not taken`}
              error={new Error(failures.join(' '))}
            />
          )
        }
        summary={
          <Text size="sm" c="dimmed" role="status">
            {chosen.length === 0 ? 'Nobody chosen' : `${chosen.length} chosen`}
          </Text>
        }
        actions={
          <>
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={isBusy} disabled={chosen.length === 0}>
              {verb}
            </Button>
          </>
        }
      >
        <TextInput
          type="search"
          label="Search people and groups"
          placeholder="Name or user principal name"
          leftSection={<IconSearch size={16} aria-hidden />}
          value={text}
          onChange={({ currentTarget: { value } }) => setText(value)}
          // Enter looks; taking has its button.
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
        <Candidates
          query={found}
          asked={asked}
          judge={judge}
          already={already}
          isTaken={(id) => taken?.has(id) ?? false}
          isChosen={(id) => chosen.some((one) => one.id === id)}
          onToggle={toggle}
        />
      </PanelForm>
    </SidePanel>
  )
}
