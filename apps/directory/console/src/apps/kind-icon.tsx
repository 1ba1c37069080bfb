import { IconUser, IconUsersGroup } from '@tabler/icons-react'

/** A person or a group at a glance; the word stands beside it. */
export function KindIcon({ type }: { readonly type: 'User' | 'Group' }) {
  const Icon = type === 'User' ? IconUser : IconUsersGroup
  return <Icon size={16} stroke={1.6} color="var(--mantine-color-dimmed)" style={{ flex: 'none' }} aria-hidden />
}
