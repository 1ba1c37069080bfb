import { GettingStarted } from '@muster/console-kit/getting-started.tsx'
import { useEffect, useState } from 'react'
import { useMe } from '../me.tsx'
import { PERMISSION } from '../permissions.ts'
import { useSteps } from './steps.ts'

/** The first steps, until all have happened or they are put away: in this browser, for this person and workspace. */
export function FirstSteps() {
  const me = useMe()
  const place = `getting-started:${me.workspace.id}:${me.user?.id}`
  const [isAway, setAway] = useState(() => localStorage.getItem(place) !== null)
  if (isAway || !me.may(PERMISSION.configureScim)) return null
  return (
    <Steps
      onAway={(why) => {
        localStorage.setItem(place, why)
        if (why === 'dismissed') setAway(true)
      }}
    />
  )
}

function Steps({ onAway }: { readonly onAway: (why: 'done' | 'dismissed') => void }) {
  const steps = useSteps()
  const isKnown = steps.every(({ isDone }) => isDone !== undefined)
  const isDone = isKnown && steps.every((step) => step.isDone)
  // The last tick is still seen; the next visit has no list.
  // biome-ignore lint/correctness/useExhaustiveDependencies: told once.
  useEffect(() => {
    if (isDone) onAway('done')
  }, [isDone])
  return <GettingStarted title="Getting started" steps={steps} onDismiss={() => onAway('dismissed')} />
}
