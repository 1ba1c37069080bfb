import { useEffect, useRef } from 'react'

const PREFIX = 'draft'
let owner: string | undefined

/** Whose drafts these are. What somebody else left on this browser is forgotten. */
export function ownDrafts(userId: string): void {
  owner = userId
  for (const key of Object.keys(sessionStorage))
    if (key.startsWith(`${PREFIX}:`) && !key.startsWith(`${PREFIX}:${userId}:`)) sessionStorage.removeItem(key)
}

/** A form of text fields and choices. */
export interface FormLike<V extends object> {
  readonly values: V
  readonly setValues: (values: Partial<V>) => void
  readonly isDirty: () => boolean
}

/**
 * Keeps what is typed into a form through a reload, a lost session or a closed panel, in this tab and for this person
 * alone. Values named in `except` are never kept: secrets.
 *
 * @returns what forgets the draft, to be called when it was saved or thrown away.
 */
export function useDraft<V extends object>(
  id: string,
  form: FormLike<V>,
  except: readonly (keyof V)[] = [],
): () => void {
  const key = `${PREFIX}:${owner}:${id}`
  const isRead = useRef(false)
  const isGone = useRef(false)
  // biome-ignore lint/correctness/useExhaustiveDependencies: read once for each draft.
  useEffect(() => {
    const kept = sessionStorage.getItem(key)
    isRead.current = true
    isGone.current = false
    if (kept) form.setValues(JSON.parse(kept) as Partial<V>)
  }, [key])
  // biome-ignore lint/correctness/useExhaustiveDependencies: `except` is written where it is used and never changes.
  useEffect(() => {
    if (!isRead.current || isGone.current || owner === undefined) return
    if (!form.isDirty()) return sessionStorage.removeItem(key)
    const kept = Object.fromEntries(
      Object.entries(form.values).filter(([name]) => !(except as readonly string[]).includes(name)),
    )
    sessionStorage.setItem(key, JSON.stringify(kept))
  }, [key, form.values])
  return () => {
    isGone.current = true
    sessionStorage.removeItem(key)
  }
}
