import { Button, Group, Input, Stack, Switch, Text } from '@mantine/core'
import { Fold } from '@muster/console-kit/fold.tsx'
import { Loaded } from '@muster/console-kit/states.tsx'
import { useMe } from '../me.tsx'
import { type PermissionGroup, usePermissionGroups } from '../permissions/permission-groups.ts'
import { SCIM_PERMISSIONS } from '../permissions.ts'

/** What a role allows, a toggle each, in groups that fold. */
export function PermissionChoice({
  value,
  before,
  onChange,
}: {
  /** The names of those that are on. */
  readonly value: readonly string[]
  /** What the role allows already: that may stay, and be turned on again, even if the reader lacks it. */
  readonly before: readonly string[]
  readonly onChange: (names: string[]) => void
}) {
  const me = useMe()
  const groups = usePermissionGroups()
  const mayTurnOn = (name: string) => me.may(name) || before.includes(name)
  const isScimMissing = !SCIM_PERMISSIONS.every(mayTurnOn)
  const isScim = value.length === SCIM_PERMISSIONS.length && SCIM_PERMISSIONS.every((name) => value.includes(name))
  return (
    <Input.Wrapper
      label="Permissions"
      labelElement="div"
      description={`${value.length === 0 ? 'None' : value.length} turned on. Give a role what its holders need, and no more.`}
    >
      <Group gap="xs" mt="xs" mb={4}>
        <Button
          variant="default"
          size="xs"
          disabled={isScimMissing || isScim}
          onClick={() => onChange([...SCIM_PERMISSIONS])}
        >
          What SCIM needs
        </Button>
        <Text size="xs" c="dimmed">
          {isScimMissing
            ? 'You do not hold all three permissions that a SCIM key needs.'
            : 'Turns on exactly the three that a SCIM key needs.'}
        </Text>
      </Group>
      <Loaded query={groups} lines={6}>
        {(found) =>
          found.map((group) => (
            <GroupChoice key={group.name} group={group} value={value} mayTurnOn={mayTurnOn} onChange={onChange} />
          ))
        }
      </Loaded>
    </Input.Wrapper>
  )
}

function GroupChoice({
  group,
  value,
  mayTurnOn,
  onChange,
}: {
  readonly group: PermissionGroup
  readonly value: readonly string[]
  readonly mayTurnOn: (name: string) => boolean
  readonly onChange: (names: string[]) => void
}) {
  const own = group.permissions.map(({ name }) => name)
  const on = own.filter((name) => value.includes(name))
  const possible = own.filter((name) => mayTurnOn(name) || value.includes(name))
  const isAllOn = possible.every((name) => value.includes(name))
  const without = value.filter((name) => !own.includes(name))
  return (
    <Fold title={group.name} detail={`${on.length} of ${own.length}`}>
      <Stack gap="xs">
        {possible.length > 1 && (
          <div>
            <Button
              variant="subtle"
              size="compact-xs"
              ml={-8}
              onClick={() => onChange(isAllOn ? without : [...without, ...possible])}
            >
              {isAllOn ? 'Turn off all in this group' : 'Turn on all in this group'}
            </Button>
          </div>
        )}
        {group.permissions.map(({ name, description }) => {
          const isOn = value.includes(name)
          const isDenied = !isOn && !mayTurnOn(name)
          return (
            <Switch
              key={name}
              label={name}
              description={isDenied ? 'You can’t give it: you do not hold it yourself.' : description}
              checked={isOn}
              disabled={isDenied}
              onChange={({ currentTarget: { checked } }) =>
                onChange(checked ? [...value, name] : value.filter((other) => other !== name))
              }
            />
          )
        })}
      </Stack>
    </Fold>
  )
}
