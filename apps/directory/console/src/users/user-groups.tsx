import { Anchor, Text } from '@mantine/core'
import { Section } from '@muster/console-kit/page.tsx'
import { Loaded } from '@muster/console-kit/states.tsx'
import type { GraphList } from '../api.ts'
import { groupAddress } from '../groups/group-queries.ts'
import classes from './user-page.module.css'

/** The groups that somebody is in themselves; they are put in and taken out on the group's page. */
export function Groups({
  query,
}: {
  readonly query: {
    readonly data: GraphList<{ readonly id: string; readonly displayName: string }> | undefined
    readonly error: unknown
    readonly refetch: () => unknown
  }
}) {
  return (
    <Section title="Groups">
      <Loaded query={query} lines={2}>
        {({ value, '@odata.count': all = value.length }) =>
          value.length === 0 ? (
            <p className={classes.none}>In no group.</p>
          ) : (
            <>
              <ul className={classes.rows}>
                {value.map(({ id, displayName }) => (
                  <li key={id}>
                    <Anchor href={groupAddress(id)} inherit>
                      <bdi>{displayName}</bdi>
                    </Anchor>
                  </li>
                ))}
              </ul>
              {all > value.length && (
                <Text size="sm" c="dimmed" mt="xs">
                  The first {value.length} of {all}.
                </Text>
              )}
            </>
          )
        }
      </Loaded>
    </Section>
  )
}
