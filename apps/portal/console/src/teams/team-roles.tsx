import { Badge, Button, Group, MultiSelect, Stack, Text } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useLeaveGuard } from '@muster/console-kit/leave-guard.ts'
import { Meanwhile } from '@muster/console-kit/meanwhile.tsx'
import { Section } from '@muster/console-kit/page.tsx'
import { Failed, Loaded } from '@muster/console-kit/states.tsx'
import { toldDone } from '@muster/console-kit/toasts.ts'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useRoleDefinitions } from '../api-keys/api-key-queries.ts'
import { useMe } from '../me.tsx'
import { PERMISSION } from '../permissions.ts'
import { roleChoices } from '../roles/role-choices.ts'
import { type Role, roleName, roleValue } from '../roles/role-names.ts'
import { readTeamRoles, refreshTeams, replaceTeamRoles, type TeamView, useTeamRoles } from './team-queries.ts'

/** The roles that everyone in a team holds, later joiners too. */
export function TeamRoles({ team }: { readonly team: TeamView }) {
  const me = useMe()
  const roles = useTeamRoles(team.teamTag, true)
  const [isEditing, setEditing] = useState(false)
  return (
    <Section
      title="Roles"
      description="Every member holds these, whoever joins later too, and loses them on leaving."
      {...(me.may(PERMISSION.editRoles) && !isEditing && roles.data
        ? {
            actions: (
              <Button variant="default" onClick={() => setEditing(true)}>
                Edit roles
              </Button>
            ),
          }
        : {})}
    >
      <Loaded query={roles} lines={1}>
        {(held) =>
          isEditing ? (
            <EditTeamRoles team={team} loaded={held} onDone={() => setEditing(false)} />
          ) : held.length === 0 ? (
            <Text size="sm" c="dimmed">
              This team gives no role.
            </Text>
          ) : (
            <Group gap={6}>
              {held.map((role) => (
                <Badge key={roleValue(role)} variant="default" radius="sm" tt="none" fw={500} maw="100%">
                  {roleName(role)}
                </Badge>
              ))}
            </Group>
          )
        }
      </Loaded>
    </Section>
  )
}

const valuesOf = (roles: readonly Role[]): string[] => roles.map(roleValue).sort()

function EditTeamRoles({
  team,
  loaded,
  onDone,
}: {
  readonly team: TeamView
  readonly loaded: readonly Role[]
  readonly onDone: () => void
}) {
  const me = useMe()
  const all = useRoleDefinitions(true)
  // What was there when the choice began: a later reading must not pass for it.
  const [base, setBase] = useState(loaded)
  const [theirs, setTheirs] = useState<readonly Role[]>()
  const form = useForm({ initialValues: { roles: valuesOf(loaded) } })
  useLeaveGuard(form.isDirty())
  const save = useMutation({
    mutationFn: async ({ isSure }: { readonly isSure: boolean }) => {
      const present = await readTeamRoles(team.teamTag)
      if (!isSure && valuesOf(present).join() !== valuesOf(base).join()) return present
      await replaceTeamRoles(team.teamTag, form.getValues().roles)
      return undefined
    },
    onSuccess: (present) => {
      setTheirs(present)
      if (present) return
      toldDone(`The roles of ${team.metadata.name} were saved`)
      void refreshTeams()
      onDone()
    },
  })
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        save.mutate({ isSure: false })
      }}
    >
      <Stack gap="md">
        <MultiSelect
          label="Roles of every member"
          data={roleChoices(all.data, { giver: me.permissions })}
          searchable
          hidePickedOptions
          nothingFoundMessage="No role is called that"
          {...form.getInputProps('roles')}
        />
        {theirs && (
          <Meanwhile
            isBusy={save.isPending}
            onLoadTheirs={() => {
              setBase(theirs)
              setTheirs(undefined)
              form.setInitialValues({ roles: valuesOf(theirs) })
              form.setValues({ roles: valuesOf(theirs) })
            }}
            onSaveMine={() => save.mutate({ isSure: true })}
          >
            Someone changed the roles to {theirs.map(roleName).join(', ') || 'none'} meanwhile.
          </Meanwhile>
        )}
        {save.error && <Failed error={save.error} title="Nothing was saved" />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onDone}>
            Cancel
          </Button>
          <Button type="submit" loading={save.isPending} disabled={!form.isDirty() || theirs !== undefined}>
            Save roles
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
