import { DeletedList } from '../deleted-items/deleted-list.tsx'
import { Needs } from '../needs.tsx'
import { GroupsFrame } from './groups-page.tsx'

export function DeletedGroupsPage() {
  return (
    <Needs right="readsDirectory" title="Deleted groups">
      <GroupsFrame>
        <DeletedList kind="group" />
      </GroupsFrame>
    </Needs>
  )
}
