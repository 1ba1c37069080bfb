import { Text } from '@mantine/core'
import { PanelPart } from '@muster/console-kit/panel-part.tsx'
import classes from './user-parts.module.css'
import type { UserDetail } from './users-queries.ts'

/** The teams somebody is in, each a link. */
export function UserTeams({ teams }: { readonly teams: UserDetail['teams'] }) {
  return (
    <PanelPart title="Teams">
      {teams.length === 0 ? (
        <Text size="sm" c="dimmed">
          In no team.
        </Text>
      ) : (
        <ul className={classes.names}>
          {teams.map(({ id, teamTag, name }) => (
            <li key={id}>
              <a href={`/teams/${encodeURIComponent(teamTag)}`}>
                <bdi>{name}</bdi>
              </a>
            </li>
          ))}
        </ul>
      )}
    </PanelPart>
  )
}
