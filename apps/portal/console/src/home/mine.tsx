import { Anchor, Badge, Group, Stack, Text } from '@mantine/core'
import { Section } from '@muster/console-kit/page.tsx'
import { Loaded } from '@muster/console-kit/states.tsx'
import { useAccessTokens } from '../access-tokens/token-queries.ts'
import { useMe } from '../me.tsx'
import { roleName, roleValue } from '../roles/role-names.ts'
import { hrefOfTeam, useTeamsOf } from '../teams/team-queries.ts'
import { counted } from '../users/user-words.ts'

/** What the reader has here: teams, roles, tokens. */
export function Mine() {
  const me = useMe()
  const teams = useTeamsOf(me.user?.id)
  const tokens = useAccessTokens()
  return (
    <Section title="You">
      <Stack gap="md">
        <Part title="Teams">
          <Loaded query={teams} lines={1}>
            {(own) =>
              own.length === 0 ? (
                <Text size="sm">
                  You are in no team.{' '}
                  <Anchor href="/teams" underline="always">
                    Find one
                  </Anchor>
                </Text>
              ) : (
                <Stack gap={2}>
                  {own.map(({ id, teamTag, metadata }) => (
                    <Anchor key={id} href={hrefOfTeam(teamTag)} size="sm" style={{ overflowWrap: 'anywhere' }}>
                      {metadata.name}
                    </Anchor>
                  ))}
                </Stack>
              )
            }
          </Loaded>
        </Part>
        <Part title="Roles">
          {me.roles.length === 0 ? (
            <Text size="sm">None. Someone with “Edit Roles” can give you one.</Text>
          ) : (
            <Group gap={6}>
              {me.roles.map((role) => (
                <Badge key={roleValue(role)} variant="default" radius="sm" tt="none" fw={500} maw="100%">
                  {roleName(role)}
                </Badge>
              ))}
            </Group>
          )}
        </Part>
        <Part title="Access tokens">
          <Loaded query={tokens} lines={1}>
            {(own) => (
              <Anchor href="/settings/access-tokens" size="sm">
                {own.length === 0 ? 'None yet' : counted(own.length, 'token', 'tokens')}
              </Anchor>
            )}
          </Loaded>
        </Part>
      </Stack>
    </Section>
  )
}

function Part({ title, children }: { readonly title: string; readonly children: React.ReactNode }) {
  return (
    <div>
      <Text size="xs" c="dimmed" mb={4}>
        {title}
      </Text>
      {children}
    </div>
  )
}
