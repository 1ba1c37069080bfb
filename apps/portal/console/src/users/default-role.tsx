import { Select, Text } from '@mantine/core'
import { messageOf } from '@muster/console-kit/api.ts'
import { DangerDialog } from '@muster/console-kit/danger-dialog.tsx'
import { toldDone } from '@muster/console-kit/toasts.ts'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useMe } from '../me.tsx'
import { PERMISSION } from '../permissions.ts'
import { definitionValue, roleChoices } from '../roles/role-choices.ts'
import { roleName, roleValue } from '../roles/role-names.ts'
import { useRoles } from '../roles/roles-queries.ts'
import classes from './default-role.module.css'
import { chooseDefaultRole, readDefaultRole, useDefaultRole } from './users-queries.ts'

const HELP = 'New people get this role, by SCIM or at their first sign-in.'

/** The role that newcomers get: a choice for those who may edit roles, a fact for everyone else. */
export function DefaultRole() {
  const me = useMe()
  const client = useQueryClient()
  const roles = useRoles()
  const { data: now, error } = useDefaultRole()
  const [wide, setWide] = useState<string>()
  const choose = async (value: string) => {
    // The list saves at once: what somebody else chose meanwhile is shown first, and not overwritten unseen.
    const present = await readDefaultRole()
    client.setQueryData(['default-role'], present)
    if (now && roleValue(present) !== roleValue(now))
      throw new Error(
        `Someone changed it to ${roleName(present)} meanwhile. Choose again if that is not what you want.`,
      )
    const chosen = await chooseDefaultRole(value)
    client.setQueryData(['default-role'], chosen)
    toldDone(`New people get the role ${roleName(chosen)}`)
  }
  const save = useMutation({ mutationFn: choose })
  const givesRoles = (value: string) =>
    roles.data?.find((role) => definitionValue(role) === value)?.permissions.includes(PERMISSION.editRoles) === true
  return (
    <div className={classes.strip}>
      <div>
        <Text size="sm" fw={500} component="label" htmlFor="default-role" id="default-role-label">
          Default role
        </Text>
        <Text size="sm" c="dimmed" id="default-role-help">
          {HELP}
        </Text>
      </div>
      {me.may(PERMISSION.editRoles) ? (
        <Select
          id="default-role"
          className={classes.choice}
          aria-describedby="default-role-help default-role-error"
          error={save.error !== null}
          data={roleChoices(roles.data, { held: now ? [now] : [] })}
          value={(save.isPending && save.variables) || (now ? roleValue(now) : null)}
          placeholder={error ? 'Not known' : 'Loading'}
          allowDeselect={false}
          searchable={(roles.data?.length ?? 0) > 12}
          disabled={now === undefined || save.isPending}
          onChange={(value) => {
            if (value === null || (now && value === roleValue(now))) return
            save.reset()
            if (givesRoles(value)) setWide(value)
            else save.mutate(value)
          }}
        />
      ) : (
        <Text size="sm" fw={500} aria-labelledby="default-role-label">
          {now ? roleName(now) : error ? 'Not known' : ' '}
        </Text>
      )}
      {save.error && (
        <Text size="sm" c="var(--mantine-color-error)" role="alert" id="default-role-error" className={classes.error}>
          Not changed. {messageOf(save.error)}
        </Text>
      )}
      {wide !== undefined && (
        <DangerDialog
          title="Let everyone who arrives edit roles?"
          verb="Make it the default role"
          onClose={() => setWide(undefined)}
          onConfirm={() => choose(wide)}
        >
          <Text size="sm">
            This role holds “{PERMISSION.editRoles}”: whoever your directory provisions, or whoever signs in for the
            first time, could give any role that they hold to anybody. Nobody who is here already is changed.
          </Text>
        </DangerDialog>
      )}
    </div>
  )
}
