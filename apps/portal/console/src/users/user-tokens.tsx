import { Code, Text } from '@mantine/core'
import { PanelPart } from '@muster/console-kit/panel-part.tsx'
import { TimeAgo } from '@muster/console-kit/time-ago.tsx'
import classes from './user-parts.module.css'
import type { UserDetail } from './users-queries.ts'

/** Personal access tokens, as far as anybody but their owner may know them. */
export function UserTokens({ tokens }: { readonly tokens: UserDetail['accessTokens'] }) {
  return (
    <PanelPart title="Personal access tokens">
      {tokens.length === 0 ? (
        <Text size="sm" c="dimmed">
          None.
        </Text>
      ) : (
        <ul className={classes.rows}>
          {tokens.map(({ id, name, last4, createdAt, expirationDate }) => (
            <li key={id} className={classes.row}>
              <div className={classes.main}>
                <Text size="sm">
                  <bdi>{name}</bdi>
                </Text>
                <Text size="xs" c="dimmed">
                  Created <TimeAgo value={createdAt} />
                  {expirationDate === undefined ? ', never expires' : ', expires '}
                  {expirationDate !== undefined && <TimeAgo value={expirationDate} />}
                </Text>
              </div>
              <Code>
                <span aria-hidden>••••</span>
                {last4}
              </Code>
            </li>
          ))}
        </ul>
      )}
    </PanelPart>
  )
}
