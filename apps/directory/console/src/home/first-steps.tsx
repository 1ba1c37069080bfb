import { GettingStarted } from '@muster/console-kit/getting-started.tsx'
import { useEffect, useState } from 'react'
import { useMe } from '../me.tsx'
import { useSteps } from './steps.ts'

/** How often the home page looks again, in ms. */
export const HEARTBEAT_MS = 10_000

/** The first steps, until all have happened or they are put away: in this browser, for this person and tenant. */
export function FirstSteps() {
  const me = useMe()
  const place = `getting-started:${me.tenant.id}:${me.id}`
  const [isAway, setAway] = useState(() => localStorage.getItem(place) !== null)
  if (isAway) return null
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
  const steps = useSteps(HEARTBEAT_MS)
  const isKnown = steps.every((step) => step.isDone !== undefined)
  const isDone = isKnown && steps.every((step) => step.isDone)
  const [wasOpen, setWasOpen] = useState(false)
  // The last tick is still seen, the next visit has no list; whoever comes when all is done has never had one.
  // biome-ignore lint/correctness/useExhaustiveDependencies: told once.
  useEffect(() => {
    if (isDone) onAway('done')
    else if (isKnown) setWasOpen(true)
  }, [isDone, isKnown])
  if (!isKnown || (isDone && !wasOpen)) return null
  return <GettingStarted title="Getting started" steps={steps} onDismiss={() => onAway('dismissed')} />
}
