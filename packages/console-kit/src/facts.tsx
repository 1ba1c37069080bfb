import type { ReactNode } from 'react'
import classes from './facts.module.css'

/** What is known of one thing: a name and a value each, read as a list of terms. What is absent is left out. */
export function Facts({
  items,
}: {
  readonly items: readonly (readonly [name: string, value: ReactNode] | undefined | false)[]
}) {
  return (
    <dl className={classes.facts}>
      {items.map(
        (item) =>
          item && (
            <div key={item[0]}>
              <dt>{item[0]}</dt>
              <dd>{item[1]}</dd>
            </div>
          ),
      )}
    </dl>
  )
}
