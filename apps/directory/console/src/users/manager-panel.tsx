import { CloseButton, Radio, Text, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { Meanwhile } from '@muster/console-kit/meanwhile.tsx'
import { CancelOr, PanelForm } from '@muster/console-kit/panel-form.tsx'
import { SidePanel } from '@muster/console-kit/side-panel.tsx'
import { Failed, Loading } from '@muster/console-kit/states.tsx'
import { toldDone } from '@muster/console-kit/toasts.ts'
import { IconSearch } from '@tabler/icons-react'
import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import classes from '../principals/pick.module.css'
import { setManager } from './user-changes.ts'
import { type Named, peopleQuery, readManager, type User } from './user-queries.ts'

const TYPING_MS = 250

/** Chooses who manages somebody. */
export function ManagerPanel({
  user,
  current,
  onClose,
}: {
  readonly user: User
  readonly current: Named | null
  readonly onClose: () => void
}) {
  const [began, setBegan] = useState(current)
  const [text, setText] = useState('')
  const [asked] = useDebouncedValue(text.trim(), TYPING_MS)
  const [chosen, setChosen] = useState<Named>()
  const [theirs, setTheirs] = useState<Named | null>()
  const found = useQuery({ ...peopleQuery(asked), placeholderData: keepPreviousData })
  const save = useMutation({
    mutationFn: async ({ manager, isSure }: { readonly manager: Named; readonly isSure: boolean }) => {
      const now = await readManager(user.id)
      if (!isSure && now?.id !== began?.id && now?.id !== manager.id) {
        setTheirs(now)
        return 'asked'
      }
      await setManager(user.id, manager.id)
      return 'saved'
    },
    onSuccess: (outcome, { manager }) => {
      if (outcome === 'asked') return
      toldDone(`${manager.displayName} is the manager of ${user.displayName}`)
      onClose()
    },
  })
  return (
    <SidePanel title={`Manager of ${user.displayName}`} onClose={onClose}>
      <PanelForm
        onSubmit={(event) => {
          event.preventDefault()
          if (chosen) save.mutate({ manager: chosen, isSure: false })
        }}
        notice={
          theirs !== undefined && chosen ? (
            <Meanwhile
              isBusy={save.isPending}
              onLoadTheirs={() => {
                setBegan(theirs)
                setTheirs(undefined)
                setChosen(undefined)
              }}
              onSaveMine={() => save.mutate({ manager: chosen, isSure: true })}
            >
              {theirs ? `Someone chose ${theirs.displayName} meanwhile.` : 'Someone removed the manager meanwhile.'}
            </Meanwhile>
          ) : (
            save.error && <Failed error={save.error} title="The manager was not changed" />
          )
        }
        summary={
          <Text size="sm" c="dimmed" role="status">
            {chosen ? `${chosen.displayName} is chosen` : 'Nobody is chosen'}
          </Text>
        }
        actions={
          <CancelOr
            verb="Save"
            isBusy={save.isPending}
            isDisabled={!chosen || chosen.id === began?.id}
            onCancel={onClose}
          />
        }
      >
        <TextInput
          type="search"
          label="Search people"
          placeholder="Name, user principal name or mail"
          leftSection={<IconSearch size={16} aria-hidden />}
          value={text}
          onChange={({ currentTarget: { value } }) => setText(value)}
          // Enter looks; choosing has its button.
          onKeyDown={(event) => {
            if (event.key === 'Enter') event.preventDefault()
          }}
          rightSection={
            text === '' ? null : <CloseButton size="sm" aria-label="Clear the search" onClick={() => setText('')} />
          }
          data-autofocus
          autoComplete="off"
        />
        <People
          query={found}
          asked={asked}
          user={user}
          chosen={chosen?.id ?? began?.id}
          onChoose={(person) => setChosen(person)}
        />
      </PanelForm>
    </SidePanel>
  )
}

function People({
  query: { data, error, refetch },
  asked,
  user,
  chosen,
  onChoose,
}: {
  readonly query: {
    readonly data: readonly Named[] | undefined
    readonly error: unknown
    readonly refetch: () => unknown
  }
  readonly asked: string
  readonly user: User
  readonly chosen: string | undefined
  readonly onChoose: (person: Named) => void
}) {
  if (error && data === undefined) return <Failed error={error} onRetry={() => void refetch()} />
  if (data === undefined) return <Loading lines={6} />
  if (data.length === 0)
    return (
      <Text size="sm" c="dimmed" role="status">
        Nobody has a name with a word that begins with “{asked}”.
      </Text>
    )
  return (
    <Radio.Group
      value={chosen ?? null}
      onChange={(id) => {
        const person = data.find((one) => one.id === id)
        if (person) onChoose(person)
      }}
      aria-label="People"
    >
      <ul className={classes.found}>
        {data.map((person) => (
          <li key={person.id}>
            <Radio
              className={classes.candidate ?? ''}
              value={person.id}
              disabled={person.id === user.id}
              label={<bdi>{person.displayName}</bdi>}
              description={
                person.id === user.id
                  ? 'Nobody is their own manager.'
                  : [person.userPrincipalName, person.jobTitle].filter(Boolean).join(' · ')
              }
            />
          </li>
        ))}
      </ul>
    </Radio.Group>
  )
}
