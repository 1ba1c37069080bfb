import { Anchor, Button, Group, Skeleton, Table, Text } from '@mantine/core'
import { IconChevronDown, IconChevronUp } from '@tabler/icons-react'
import { type KeyboardEvent, type ReactNode, useId } from 'react'
import classes from './data-table.module.css'
import { Failed } from './states.tsx'
import { useUrl } from './url.tsx'

export interface Column<Row> {
  readonly title: string
  readonly cell: (row: Row) => ReactNode
  /** Numbers stand right. */
  readonly isNumber?: boolean
  /** What the server calls sorting by this column. Without it, the title is no link. */
  readonly sort?: string
  /** CSS; the first column takes what is left. */
  readonly width?: string
}

/** What the page reads: rows, the reason why there are none, or nothing yet. */
export interface RowsQuery<Row> {
  readonly rows: readonly Row[] | undefined
  readonly error: unknown
  readonly refetch: () => unknown
  /** True while other rows are on their way and these are the last ones. */
  readonly isOld?: boolean
}

/** Where the next rows are: numbered pages when the server counts, or links when it hands out where to go on. */
export type Paging =
  | {
      readonly page: number
      readonly pageSize: number
      readonly total: number
      readonly hrefOfPage: (page: number) => string
    }
  | {
      readonly firstHref?: string | undefined
      readonly nextHref?: string | undefined
      readonly total?: number | undefined
    }

export interface DataTableProps<Row> {
  /** What the rows are, for readers: "People". */
  readonly label: string
  readonly columns: readonly Column<Row>[]
  readonly query: RowsQuery<Row>
  readonly keyOf: (row: Row) => string
  /** Where a row leads: its own page, or this list with its panel open. The first column is the link. */
  readonly hrefOf?: (row: Row) => string
  /** The row that is open. */
  readonly current?: string | undefined
  readonly sort?: { readonly now: string; readonly hrefOf: (sort: string) => string }
  readonly paging?: Paging
  /** Shown in place of the rows when there are none. */
  readonly empty: ReactNode
}

const LINES_WHILE_LOADING = 8

/**
 * A table whose server pages, sorts and filters. Its first column is the name and the link; arrow keys move from row to
 * row; under 600 px each row is a card with the same facts in the same order.
 */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const { label, columns, query, keyOf, hrefOf, current, sort, paging, empty } = props
  const { go } = useUrl()
  const id = useId()
  const { rows } = query
  if (rows === undefined && query.error) return <Failed error={query.error} onRetry={() => void query.refetch()} />
  if (rows?.length === 0) return empty
  return (
    <div>
      <div className={classes.frame} data-old={query.isOld === true}>
        <Table className={classes.table} aria-label={label} aria-busy={rows === undefined} onKeyDown={moveBetweenRows}>
          <thead>
            <tr>
              {columns.map(({ title, isNumber, sort: key, width }) => (
                <th
                  key={title}
                  scope="col"
                  data-number={isNumber === true}
                  style={width ? { width } : undefined}
                  {...(key && sort ? { 'aria-sort': ariaSort(sort.now, key) } : {})}
                >
                  {key && sort ? (
                    <a href={sort.hrefOf(sort.now === key ? `-${key}` : key)} className={classes.sort}>
                      {title}
                      <SortMark now={sort.now} name={key} />
                    </a>
                  ) : (
                    title
                  )}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows === undefined
              ? Array.from({ length: LINES_WHILE_LOADING }, (_, line) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: the lines are alike and never move.
                  <tr key={`${id}-${line}`}>
                    {columns.map(({ title }, place) => (
                      <td key={title} data-title={title}>
                        <Skeleton height={14} width={place === 0 ? '60%' : '70%'} my={3} />
                      </td>
                    ))}
                  </tr>
                ))
              : rows.map((row) => {
                  const href = hrefOf?.(row)
                  return (
                    // A click anywhere in the row goes where its link goes; the keyboard has the link.
                    <tr
                      key={keyOf(row)}
                      data-link={href !== undefined}
                      data-current={current === keyOf(row)}
                      onClick={(event) => {
                        if (href === undefined || isOnControl(event.target) || hasSelection()) return
                        event.currentTarget.querySelector<HTMLElement>('a[data-row]')?.focus()
                        go(href)
                      }}
                    >
                      {columns.map(({ title, cell, isNumber }, place) => (
                        <td key={title} data-title={title} data-number={isNumber === true}>
                          {place === 0 && href !== undefined ? (
                            <Anchor href={href} data-row className={classes.name} underline="never">
                              {cell(row)}
                            </Anchor>
                          ) : (
                            cell(row)
                          )}
                        </td>
                      ))}
                    </tr>
                  )
                })}
          </tbody>
        </Table>
      </div>
      {paging && rows !== undefined && <Pager paging={paging} shown={rows.length} label={label} />}
    </div>
  )
}

function Pager({ paging, shown, label }: { readonly paging: Paging; readonly shown: number; readonly label: string }) {
  if (!('page' in paging)) {
    const { firstHref, nextHref, total } = paging
    return (
      <Group justify="space-between" mt="sm" component="nav" aria-label={`Pages of ${label}`}>
        <Text size="sm" c="dimmed">
          {total === undefined ? `${shown} shown` : `${count.format(shown)} of ${count.format(total)} shown`}
        </Text>
        {(firstHref !== undefined || nextHref !== undefined) && (
          <Group gap="xs">
            <PageButton href={firstHref}>First page</PageButton>
            <PageButton href={nextHref}>Next page</PageButton>
          </Group>
        )}
      </Group>
    )
  }
  const { page, pageSize, total, hrefOfPage } = paging
  const from = page * pageSize + 1
  const to = page * pageSize + shown
  return (
    <Group justify="space-between" mt="sm" component="nav" aria-label={`Pages of ${label}`}>
      <Text size="sm" c="dimmed">
        {total <= pageSize
          ? `${count.format(total)} in all`
          : `${count.format(from)}–${count.format(to)} of ${count.format(total)}`}
      </Text>
      {total > pageSize && (
        <Group gap="xs">
          <PageButton href={page > 0 ? hrefOfPage(page - 1) : undefined}>Previous page</PageButton>
          <PageButton href={to < total ? hrefOfPage(page + 1) : undefined}>Next page</PageButton>
        </Group>
      )}
    </Group>
  )
}

const count = new Intl.NumberFormat('en')

function PageButton({ href, children }: { readonly href: string | undefined; readonly children: string }) {
  return href === undefined ? (
    <Button variant="default" size="xs" disabled>
      {children}
    </Button>
  ) : (
    <Button variant="default" size="xs" component="a" href={href}>
      {children}
    </Button>
  )
}

function SortMark({ now, name }: { readonly now: string; readonly name: string }) {
  if (now === name) return <IconChevronUp size={14} aria-hidden />
  if (now === `-${name}`) return <IconChevronDown size={14} aria-hidden />
  return null
}

const ariaSort = (now: string, name: string) =>
  now === name ? 'ascending' : now === `-${name}` ? 'descending' : 'none'

const isOnControl = (target: EventTarget): boolean =>
  target instanceof Element &&
  target.closest('a, button, input, select, textarea, label, [role="menu"], [role="combobox"]') !== null

const hasSelection = (): boolean => (window.getSelection()?.toString() ?? '') !== ''

/** Up and down go to the link of the row before and behind. */
function moveBetweenRows(event: KeyboardEvent<HTMLTableElement>): void {
  if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return
  const links = [...event.currentTarget.querySelectorAll<HTMLElement>('a[data-row]')]
  const row = event.target instanceof Element ? event.target.closest('tr') : null
  const at = links.findIndex((link) => row?.contains(link))
  if (at < 0 || (event.target as Element).matches('input, [role="combobox"], [role="menuitem"]')) return
  const next = links[at + (event.key === 'ArrowDown' ? 1 : -1)]
  if (!next) return
  event.preventDefault()
  next.focus()
}
