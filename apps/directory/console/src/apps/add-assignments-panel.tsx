import { ApiError } from '@muster/console-kit/api.ts'
import { queryClient } from '@muster/console-kit/console-root.tsx'
import { toldDone } from '@muster/console-kit/toasts.ts'
import { PickPanel } from '../principals/pick-panel.tsx'
import type { EnterpriseApp } from './app-queries.ts'
import { assign, assignedQuery } from './assignment-queries.ts'

/** Chooses people and groups, and assigns them to an app. */
export function AddAssignmentsPanel({ app, onClose }: { readonly app: EnterpriseApp; readonly onClose: () => void }) {
  return (
    <PickPanel
      title="Add user/group"
      verb="Assign"
      already="assigned already"
      takenQuery={(ids) => assignedQuery(app.id, ids)}
      onPick={async ({ id }) => {
        try {
          await assign(app.id, id)
        } catch (error) {
          // Somebody else was quicker: what was wanted is so.
          if (!(error instanceof ApiError && error.message.includes('already exists'))) throw error
        }
      }}
      onPicked={(done) => {
        void queryClient.invalidateQueries({ queryKey: ['assignments', app.id] })
        const [first] = done
        if (!first) return
        toldDone(`${done.length === 1 ? first.displayName : done.length} assigned to ${app.displayName}`)
      }}
      onClose={onClose}
    />
  )
}
