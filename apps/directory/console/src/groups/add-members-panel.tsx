import { ApiError } from '@muster/console-kit/api.ts'
import { toldDone } from '@muster/console-kit/toasts.ts'
import type { Candidate } from '../apps/assignment-queries.ts'
import { PickPanel } from '../principals/pick-panel.tsx'
import { addMember, type DirectoryGroup, membersAmongQuery, membersChanged } from './group-queries.ts'

/** Chooses people and groups, and puts them into a group. */
export function AddMembersPanel({ group, onClose }: { readonly group: DirectoryGroup; readonly onClose: () => void }) {
  return (
    <PickPanel
      title={`Add members to ${group.displayName}`}
      verb="Add"
      already="a member already"
      takenQuery={(ids) => membersAmongQuery(group.id, ids)}
      judge={(candidate) => judged(candidate, group)}
      onPick={async ({ id }) => {
        try {
          await addMember(group.id, id)
        } catch (error) {
          // Somebody else was quicker: what was wanted is so.
          if (!(error instanceof ApiError && error.message.includes('already exist'))) throw error
        }
      }}
      onPicked={(done) => {
        void membersChanged(group.id)
        const [only] = done
        if (only) toldDone(`${done.length === 1 ? only.displayName : done.length} added to ${group.displayName}`)
      }}
      onClose={onClose}
    />
  )
}

/** What is to be known of somebody before they are put into a group; the cautions of an assignment are others. */
function judged({ id, type, displayName, detail }: Candidate, group: DirectoryGroup): Candidate {
  const plain = { id, type, displayName, detail }
  if (id === group.id) return { ...plain, refusal: 'a group can’t be a member of itself' }
  if (type === 'Group') return { ...plain, caution: 'its members are not provisioned with this group' }
  return plain
}
