import { useEffect } from 'react'
import { type FormLike, useDraft } from './draft.ts'
import { useLeaveGuard } from './leave-guard.ts'

/**
 * For a form that changes something there is already: it asks before it is left with changes, and then they are gone, so
 * that nobody saves later what they had decided against. Only a session that ends keeps them: it can't be asked.
 *
 * @returns what forgets them once they are saved.
 */
export function useUnsaved<V extends object>(id: string, form: FormLike<V>): () => void {
  const forget = useDraft(id, form)
  useLeaveGuard(form.isDirty())
  // biome-ignore lint/correctness/useExhaustiveDependencies: each rendering's does the same; it is called when the form goes.
  useEffect(() => forget, [])
  return forget
}
