import { Anchor, Skeleton } from '@mantine/core'
import { Section } from '@muster/console-kit/page.tsx'
import { useCountOfPeople } from '../scim/scim-queries.ts'
import classes from './home.module.css'

const count = new Intl.NumberFormat('en')

/** Who is here, in three figures. */
export function People() {
  const figures = [
    { what: 'Active', filter: 'status=ACTIVE', query: useCountOfPeople('status=ACTIVE') },
    { what: 'By SCIM', filter: 'source=SCIM', query: useCountOfPeople('source=SCIM') },
    { what: 'Deactivated', filter: 'status=DEACTIVATED', query: useCountOfPeople('status=DEACTIVATED') },
  ]
  return (
    <Section title="People">
      <dl className={classes.figures}>
        {figures.map(({ what, filter, query }) => (
          <div key={what}>
            <dt>{what}</dt>
            <dd>
              {query.data === undefined ? (
                query.error ? (
                  '–'
                ) : (
                  <Skeleton height={28} width={40} my={4} />
                )
              ) : (
                <Anchor
                  href={`/settings/permissions/users?${filter}`}
                  inherit
                  c="inherit"
                  aria-label={`${what}: ${query.data}`}
                >
                  {count.format(query.data)}
                </Anchor>
              )}
            </dd>
          </div>
        ))}
      </dl>
    </Section>
  )
}
