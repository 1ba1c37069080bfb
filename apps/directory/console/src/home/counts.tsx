import { Anchor, Skeleton } from '@mantine/core'
import { Section } from '@muster/console-kit/page.tsx'
import { queryOptions, useQuery } from '@tanstack/react-query'
import { graph } from '../api.ts'
import classes from './home.module.css'

const countQuery = (path: string) =>
  queryOptions({
    queryKey: ['counts', path],
    queryFn: ({ signal }) => graph<number>(`/v1.0/${path}`, { signal }),
    staleTime: 15_000,
  })

const FIGURES = [
  { what: 'Users', path: 'users/$count', href: '/users' },
  { what: 'Groups', path: 'groups/$count', href: '/groups' },
  { what: 'Sign-in blocked', path: 'users/$count?$filter=accountEnabled%20eq%20false', href: '/users?status=blocked' },
  {
    what: 'Deleted users',
    path: 'directory/deletedItems/microsoft.graph.user/$count',
    href: '/users/deleted',
  },
] as const

/** Who is in the directory, in four figures. */
export function Counts() {
  return (
    <Section title="Directory">
      <dl className={classes.figures}>
        {FIGURES.map((figure) => (
          <Figure key={figure.what} {...figure} />
        ))}
      </dl>
    </Section>
  )
}

function Figure({ what, path, href }: (typeof FIGURES)[number]) {
  const { data, error } = useQuery(countQuery(path))
  return (
    <div>
      <dt>{what}</dt>
      <dd>
        {data === undefined ? (
          error ? (
            '–'
          ) : (
            <Skeleton height={28} width={40} my={4} />
          )
        ) : (
          <Anchor href={href} inherit c="inherit" aria-label={`${what}: ${data}`}>
            {count.format(data)}
          </Anchor>
        )}
      </dd>
    </div>
  )
}

const count = new Intl.NumberFormat('en')
