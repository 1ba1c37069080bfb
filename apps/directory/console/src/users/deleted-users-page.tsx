import { DeletedList } from '../deleted-items/deleted-list.tsx'
import { Needs } from '../needs.tsx'
import { UsersFrame } from './users-page.tsx'

export function DeletedUsersPage() {
  return (
    <Needs right="readsDirectory" title="Deleted users">
      <UsersFrame>
        <DeletedList kind="user" />
      </UsersFrame>
    </Needs>
  )
}
