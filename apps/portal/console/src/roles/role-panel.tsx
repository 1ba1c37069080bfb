import { Anchor, Button, Group, Stack, Text } from '@mantine/core'
import { Copyable } from '@muster/console-kit/copyable.tsx'
import { Facts } from '@muster/console-kit/facts.tsx'
import { Fold } from '@muster/console-kit/fold.tsx'
import { PanelPart } from '@muster/console-kit/panel-part.tsx'
import { SidePanel } from '@muster/console-kit/side-panel.tsx'
import { Empty, Loaded } from '@muster/console-kit/states.tsx'
import { useQueryParams } from '@muster/console-kit/url.tsx'
import { useEffect, useRef, useState } from 'react'
import { useMe } from '../me.tsx'
import { usePermissionGroups } from '../permissions/permission-groups.ts'
import { PERMISSION } from '../permissions.ts'
import { DeleteRole } from './delete-role.tsx'
import { EditRole } from './edit-role.tsx'
import { definitionValue, tagOfAddress } from './role-choices.ts'
import classes from './role-panel.module.css'
import { RoleUses } from './role-uses.tsx'
import { type RoleDefinition, type RoleDetail, refreshRole, useRole, useRoles } from './roles-queries.ts'

/** A role, what it allows and what holds it. */
export function RolePanel({ address, onClose }: { readonly address: string; readonly onClose: () => void }) {
  const tag = tagOfAddress(address)
  return tag === undefined ? (
    <BuiltInRole value={address} onClose={onClose} />
  ) : (
    <CustomRole tag={tag} onClose={onClose} />
  )
}

function BuiltInRole({ value, onClose }: { readonly value: string; readonly onClose: () => void }) {
  const roles = useRoles()
  const role = roles.data?.find((one) => definitionValue(one) === value)
  return (
    <SidePanel title={role?.name ?? 'Role'} onClose={onClose} size={560}>
      <Loaded query={roles}>
        {() =>
          role ? (
            <Stack gap="lg">
              <Text size="sm">{role.description}</Text>
              <Text size="sm" c="dimmed">
                This role is built in and never changes.{' '}
                <Anchor
                  href={`/settings/permissions/users?role=${encodeURIComponent(value)}`}
                  inherit
                  underline="always"
                >
                  Who holds it
                </Anchor>
              </Text>
              <Allowed role={role} />
            </Stack>
          ) : (
            <NoSuchRole />
          )
        }
      </Loaded>
    </SidePanel>
  )
}

function CustomRole({ tag, onClose }: { readonly tag: string; readonly onClose: () => void }) {
  const role = useRole(tag)
  const me = useMe()
  const query = useQueryParams()
  // In the address, so that whoever has to sign in again is back where they were, with what they had changed.
  const isEditing = query.get('edit') === 'role' && me.may(PERMISSION.editRoles)
  const setEditing = (is: boolean) => query.set({ edit: is ? 'role' : undefined }, { replace: true })
  const [wasEdited, setEdited] = useState(false)
  return (
    <SidePanel title={<bdi>{role.data?.name ?? 'Role'}</bdi>} onClose={onClose} size={560}>
      <Loaded query={role} {...(isEditing ? {} : { missing: <NoSuchRole /> })}>
        {(found) =>
          isEditing ? (
            <EditRole loaded={found} onDone={() => setEditing(false)} />
          ) : (
            <CustomRoleFacts
              role={found}
              hasFocus={wasEdited}
              onEdit={() => {
                setEdited(true)
                setEditing(true)
              }}
              onClose={onClose}
            />
          )
        }
      </Loaded>
    </SidePanel>
  )
}

function CustomRoleFacts({
  role,
  hasFocus,
  onEdit,
  onClose,
}: {
  readonly role: RoleDetail
  /** Whether the reader comes back from editing: the focus is where they left. */
  readonly hasFocus: boolean
  readonly onEdit: () => void
  readonly onClose: () => void
}) {
  const me = useMe()
  const [isDeleting, setDeleting] = useState(false)
  const edit = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    if (hasFocus) edit.current?.focus()
  }, [hasFocus])
  const tag = role.tag ?? ''
  return (
    <Stack gap="lg">
      {role.description !== '' && (
        <Text size="sm" className={classes.description}>
          {role.description}
        </Text>
      )}
      <Facts
        items={[
          ['Identifier', <Copyable key="tag" value={tag} label="Copy the identifier" />],
          ['Held by', <RoleUses key="uses" tag={tag} uses={role.uses} />],
        ]}
      />
      {me.may(PERMISSION.editRoles) && (
        <Group gap="xs">
          <Button ref={edit} variant="default" onClick={onEdit}>
            Edit role
          </Button>
          <Button
            variant="subtle"
            color="red"
            onClick={() => {
              // What holds it is told as it is now, not as it was when the panel was opened.
              void refreshRole(tag)
              setDeleting(true)
            }}
          >
            Delete role
          </Button>
        </Group>
      )}
      <Allowed role={role} />
      {isDeleting && <DeleteRole role={role} onClose={() => setDeleting(false)} onDeleted={onClose} />}
    </Stack>
  )
}

/** What a role allows, by group; groups of which it allows nothing are left out. */
function Allowed({ role }: { readonly role: RoleDefinition }) {
  const groups = usePermissionGroups()
  return (
    <PanelPart title="What it allows">
      {role.permissions.length === 0 ? (
        <Text size="sm" c="dimmed">
          Nothing yet.
        </Text>
      ) : (
        <Loaded query={groups}>
          {(found) =>
            found
              .map(({ name, permissions }) => ({
                name,
                all: permissions.length,
                own: permissions.filter((permission) => role.permissions.includes(permission.name)),
              }))
              .filter(({ own }) => own.length > 0)
              .map(({ name, all, own }, _place, shown) => (
                <Fold key={name} title={name} detail={`${own.length} of ${all}`} isOpenAtFirst={shown.length <= 3}>
                  <ul className={classes.permissions}>
                    {own.map((permission) => (
                      <li key={permission.name}>
                        {permission.name}
                        <Text size="xs" c="dimmed">
                          {permission.description}
                        </Text>
                      </li>
                    ))}
                  </ul>
                </Fold>
              ))
          }
        </Loaded>
      )}
    </PanelPart>
  )
}

function NoSuchRole() {
  return (
    <Empty
      title="There is no such role"
      action={
        <Button component="a" href="/settings/permissions/roles" variant="default">
          See all roles
        </Button>
      }
    >
      It was deleted, or the address is mistyped.
    </Empty>
  )
}
