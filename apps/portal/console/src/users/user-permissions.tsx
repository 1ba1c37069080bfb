import { Text } from '@mantine/core'
import { Fold } from '@muster/console-kit/fold.tsx'
import { PanelPart } from '@muster/console-kit/panel-part.tsx'
import { Failed, Loading } from '@muster/console-kit/states.tsx'
import { usePermissionGroups } from '../permissions/permission-groups.ts'
import { roleName } from '../roles/role-names.ts'
import classes from './user-parts.module.css'
import { counted } from './user-words.ts'
import { type HeldPermission, type UserDetail, useHeldPermissions } from './users-queries.ts'

/** What somebody may do, by group, and which role or team each permission comes by. */
export function UserPermissions({ user }: { readonly user: UserDetail }) {
  const held = useHeldPermissions(user.id)
  const groups = usePermissionGroups()
  const error = held.error ?? groups.error
  if (held.data && groups.data) {
    const byName = new Map(held.data.map((permission) => [permission.name, permission]))
    const shown = groups.data
      .map(({ name, permissions }) => ({
        name,
        all: permissions.length,
        permissions: permissions.flatMap((permission) => byName.get(permission.name) ?? []),
      }))
      .filter(({ permissions }) => permissions.length > 0)
    return (
      <PanelPart title="What they may do">
        {shown.length === 0 ? (
          <Text size="sm" c="dimmed">
            Nothing: no role or team gives a permission.
          </Text>
        ) : (
          <Fold title={counted(held.data.length, 'permission', 'permissions')}>
            {shown.map(({ name, all, permissions }) => (
              <Fold key={name} title={name} detail={`${permissions.length} of ${all}`}>
                <ul className={classes.permissions}>
                  {permissions.map((permission) => (
                    <li key={permission.name} className={classes.permission}>
                      {permission.name}
                      <Text size="xs" c="dimmed">
                        <bdi>{waysOf(permission)}</bdi>
                      </Text>
                    </li>
                  ))}
                </ul>
              </Fold>
            ))}
          </Fold>
        )}
      </PanelPart>
    )
  }
  return (
    <PanelPart title="What they may do">
      {error ? (
        <Failed
          error={error}
          onRetry={() => {
            void held.refetch()
            void groups.refetch()
          }}
        />
      ) : (
        <Loading lines={2} />
      )}
    </PanelPart>
  )
}

const DIRECT: Readonly<Record<string, string>> = {
  DEFAULT: 'as the default role',
  MAPPING: 'by a role mapping',
  ADMIN: 'given by hand',
  BOOTSTRAP: 'from the installation',
}

/** "Admin, given by hand; Payments → Deployers": each way in which a permission is held. */
const waysOf = ({ via }: HeldPermission): string =>
  [
    ...new Set(
      via.map(({ role, team, source }) =>
        team ? `${team.name} → ${roleName(role)}` : [roleName(role), DIRECT[source] ?? ''].filter(Boolean).join(', '),
      ),
    ),
  ].join('; ')
