import { Anchor, Badge, Button, Group, MultiSelect, Stack, Text } from '@mantine/core'
import { useForm } from '@mantine/form'
import { ApiError, messageOf } from '@muster/console-kit/api.ts'
import { useFocusBack } from '@muster/console-kit/focus-back.ts'
import { Meanwhile } from '@muster/console-kit/meanwhile.tsx'
import { PanelPart } from '@muster/console-kit/panel-part.tsx'
import { Failed } from '@muster/console-kit/states.tsx'
import { toldDone } from '@muster/console-kit/toasts.ts'
import { useUnsaved } from '@muster/console-kit/unsaved.ts'
import { useQueryParams } from '@muster/console-kit/url.tsx'
import { useMutation } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { useMe } from '../me.tsx'
import { PERMISSION } from '../permissions.ts'
import { roleChoices } from '../roles/role-choices.ts'
import { type Role, roleName, roleValue } from '../roles/role-names.ts'
import { useRoles } from '../roles/roles-queries.ts'
import { rolesBySource } from './held-roles.ts'
import { firstName } from './user-words.ts'
import { readUserRoles, refreshUsers, replaceUserRoles, type UserDetail, useHeldPermissions } from './users-queries.ts'

/** The roles somebody holds: directly, which can be changed here; by the directory's role values; through teams. */
export function UserRoles({ user }: { readonly user: UserDetail }) {
  const me = useMe()
  const held = useHeldPermissions(user.id)
  const query = useQueryParams()
  // In the address, so that whoever has to sign in again is back where they were, with what they had chosen.
  const isEditing = query.get('edit') === 'roles' && me.may(PERMISSION.editRoles)
  const setEditing = (is: boolean) => query.set({ edit: is ? 'roles' : undefined }, { replace: true })
  const { direct, mapped, throughTeams } = rolesBySource(user.roles, held.data ?? [])
  return (
    <PanelPart
      title="Roles"
      actions={
        me.may(PERMISSION.editRoles) && (
          // It stays while the roles are edited, so that the focus has where to go back to.
          <Button
            variant="default"
            size="xs"
            disabled={held.data === undefined}
            display={isEditing ? 'none' : undefined}
            onClick={() => setEditing(true)}
          >
            Edit roles
          </Button>
        )
      }
    >
      <Stack gap="xs">
        {isEditing && held.data ? (
          <EditRoles user={user} direct={direct} onDone={() => setEditing(false)} />
        ) : (
          <RoleList roles={direct} none="No role is held directly." />
        )}
        {mapped.length > 0 && (
          <div>
            <RoleList roles={mapped} none="" />
            <Text size="sm" c="dimmed">
              Follows the role values that the directory sends, by a role mapping.
            </Text>
          </div>
        )}
        {throughTeams.map(({ team, roles }) => (
          <Group key={team.id} gap={6}>
            <RoleList roles={roles} none="" />
            <Text size="sm" c="dimmed">
              through{' '}
              <Anchor href={`/teams/${encodeURIComponent(team.teamTag)}`} inherit underline="always">
                <bdi>{team.name}</bdi>
              </Anchor>
            </Text>
          </Group>
        ))}
        {held.error !== null && (
          <Failed
            error={held.error}
            title="What comes through teams could not be loaded"
            onRetry={() => void held.refetch()}
          />
        )}
      </Stack>
    </PanelPart>
  )
}

function RoleList({ roles, none }: { readonly roles: readonly Role[]; readonly none: string }) {
  if (roles.length === 0)
    return (
      <Text size="sm" c="dimmed">
        {none}
      </Text>
    )
  return (
    <Group gap={6}>
      {roles.map((role) => (
        <Badge key={roleValue(role)} variant="default" radius="sm" tt="none" fz={12} fw={500} maw="100%">
          {roleName(role)}
        </Badge>
      ))}
    </Group>
  )
}

function EditRoles({
  user,
  direct,
  onDone,
}: {
  readonly user: UserDetail
  readonly direct: readonly Role[]
  readonly onDone: () => void
}) {
  const me = useMe()
  const roles = useRoles()
  // What was there when the choice began: a later reading must not pass for it.
  const [before, setBefore] = useState<readonly Role[]>(user.roles)
  const [meanwhile, setMeanwhile] = useState<readonly Role[]>()
  const form = useForm({ initialValues: { roles: direct.map(roleValue) } })
  const forget = useUnsaved(`user-roles-${user.id}`, form)
  useFocusBack()
  const field = useRef<HTMLInputElement>(null)
  useEffect(() => field.current?.focus(), [])
  const save = useMutation({
    mutationFn: async ({ isSure }: { readonly isSure: boolean }) => {
      const present = await readUserRoles(user.id)
      if (!isSure && !areSame(present, before)) return present
      await replaceUserRoles(user.id, form.getValues().roles)
      return undefined
    },
    onSuccess: (present) => {
      setMeanwhile(present)
      if (present) return
      forget()
      toldDone(`The roles of ${user.name} were saved`)
      void refreshUsers()
      onDone()
    },
  })
  const loadTheirs = () => {
    const theirs = meanwhile ?? []
    const wereDirect = new Set(direct.map(roleValue))
    const values = theirs.map(roleValue).filter((value) => wereDirect.has(value) || !hasValue(user.roles, value))
    setBefore(theirs)
    setMeanwhile(undefined)
    form.setInitialValues({ roles: values })
    form.setValues({ roles: values })
    void refreshUsers()
  }
  const isRefused = save.error instanceof ApiError && (save.error.status === 403 || save.error.status === 400)
  return (
    <form onSubmit={form.onSubmit(() => save.mutate({ isSure: false }))}>
      <Stack gap="sm">
        <MultiSelect
          label="Roles held directly"
          description={
            user.id === me.user?.id
              ? 'These are your own roles: without “Edit Roles” you could not give it back to yourself.'
              : `All of them together, and those of ${firstName(user.name)}’s teams, say what they may do.`
          }
          data={roleChoices(roles.data, { held: direct })}
          searchable
          hidePickedOptions
          nothingFoundMessage="No role is called that"
          clearable
          ref={field}
          openOnFocus={false}
          {...form.getInputProps('roles')}
          error={isRefused ? messageOf(save.error) : undefined}
        />
        {meanwhile && (
          <Meanwhile isBusy={save.isPending} onLoadTheirs={loadTheirs} onSaveMine={() => save.mutate({ isSure: true })}>
            Someone changed these roles meanwhile. They are now: {meanwhile.map(roleName).join(', ') || 'none'}.
          </Meanwhile>
        )}
        {save.error && !isRefused && <Failed error={save.error} title="No role was changed" />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onDone}>
            Cancel
          </Button>
          <Button type="submit" loading={save.isPending} disabled={!form.isDirty() || meanwhile !== undefined}>
            Save
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

const hasValue = (roles: readonly Role[], value: string) => roles.some((role) => roleValue(role) === value)

const areSame = (some: readonly Role[], others: readonly Role[]) =>
  some.length === others.length && some.every((role) => hasValue(others, roleValue(role)))
