import { fieldErrors } from '@muster/console-kit/form-errors.ts'
import { EditPanel } from '../principals/edit-panel.tsx'
import { GroupFields, type GroupForm, groupProblems } from './group-fields.tsx'
import { changeGroup, type DirectoryGroup, readGroup } from './group-queries.ts'

const FIELDS = [
  { name: 'displayName', label: 'the name' },
  { name: 'description', label: 'the description' },
] as const

const formOf = ({ displayName, description }: DirectoryGroup): GroupForm => ({
  displayName,
  description: description ?? '',
})

/** Changes a group's name and description. */
export function EditGroupPanel({ group, onClose }: { readonly group: DirectoryGroup; readonly onClose: () => void }) {
  return (
    <EditPanel
      id={`group:${group.id}`}
      title={group.displayName}
      initial={formOf(group)}
      fields={FIELDS}
      validate={groupProblems}
      read={async () => formOf(await readGroup(group.id))}
      write={({ displayName, description }) =>
        changeGroup(group.id, {
          ...(displayName === undefined ? {} : { displayName }),
          ...(description === undefined ? {} : { description: description || null }),
        })
      }
      errorsOf={(error) =>
        fieldErrors(
          error,
          FIELDS.map(({ name }) => name),
        )
      }
      onClose={onClose}
    >
      {(inputProps) => <GroupFields inputProps={inputProps} />}
    </EditPanel>
  )
}
