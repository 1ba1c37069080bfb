import { queryClient } from '@muster/console-kit/console-root.tsx'
import type { z } from 'zod'
import type { userChange, userNew } from '../../../contract/user.ts'
import { graph } from '../api.ts'
import { type DirectoryRole, type User, userApi } from './user-queries.ts'

/** Every change to a person, and what has to be read again after it. */
export async function createUser(wanted: z.infer<typeof userNew>): Promise<User> {
  const user = await graph<User>('/v1.0/users', { method: 'POST', body: wanted })
  void userChanged()
  return user
}

/** Sends only what is named. */
export async function changeUser(id: string, change: z.infer<typeof userChange>): Promise<void> {
  await graph(userApi(id), { method: 'PATCH', body: change })
  await userChanged(id)
}

/** Moves somebody to the deleted users. */
export async function deleteUser(id: string): Promise<void> {
  await graph(userApi(id), { method: 'DELETE' })
  void userChanged()
}

export async function setManager(id: string, managerId: string | undefined): Promise<void> {
  const path = `${userApi(id)}/manager/$ref`
  await (managerId === undefined
    ? graph(path, { method: 'DELETE' })
    : graph(path, { method: 'PUT', body: referenceTo(managerId) }))
  await queryClient.invalidateQueries({ queryKey: ['user', id, 'manager'] })
}

export async function setRole(id: string, { id: roleId }: DirectoryRole, isHeld: boolean): Promise<void> {
  const members = `/v1.0/directoryRoles/${encodeURIComponent(roleId)}/members`
  await (isHeld
    ? graph(`${members}/$ref`, { method: 'POST', body: referenceTo(id) })
    : graph(`${members}/${encodeURIComponent(id)}/$ref`, { method: 'DELETE' }))
  await Promise.all([userChanged(id), queryClient.invalidateQueries({ queryKey: ['me'] })])
}

/** An object as `…/$ref` names it. */
export const referenceTo = (id: string): { readonly '@odata.id': string } => ({
  '@odata.id': `${location.origin}/v1.0/directoryObjects/${encodeURIComponent(id)}`,
})

/** Reads again whatever shows people, and one person's page. */
export const userChanged = (id?: string): Promise<unknown> =>
  Promise.all([
    ...['users', 'deleted', 'candidates', 'counts'].map((kind) => queryClient.invalidateQueries({ queryKey: [kind] })),
    ...(id === undefined ? [] : [queryClient.invalidateQueries({ queryKey: ['user', id] })]),
  ])
