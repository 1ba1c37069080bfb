import { hot, run, type Tx } from './database.ts'

/** A constant statement and its values, not sent yet: what one room adds to a statement of several. */
export interface Statement {
  /** Constant, its values counted from `$1`; no `with` that writes. */
  readonly text: string
  readonly values: readonly unknown[]
}

const texts = new Map<string, string>()

/**
 * Sends several writes as one statement, so that they cost one trip to the server. Each room still words its own; this
 * puts them side by side in a `with`.
 *
 * They happen at once: none sees the rows of another, and all see the database as it was when the statement began. So
 * what waits for a lock, or reads what others may just be committing, goes before them by itself.
 *
 * @param answer What is asked of them, where the writes are called `part1`, `part2` and so on. Default: nothing.
 */
export async function together<Row>(tx: Tx, writes: readonly Statement[], answer = 'select'): Promise<Row[]> {
  const text = side(writes, answer)
  return run<Row>(
    tx,
    text,
    writes.flatMap(({ values }) => values),
  )
}

/** The same few combinations come again and again, and each is sent named. */
function side(writes: readonly Statement[], answer: string): string {
  const key = [...writes.map(({ text, values }) => `${values.length} ${text}`), answer].join('\n')
  const known = texts.get(key)
  if (known !== undefined) return known
  let taken = 0
  const parts = writes.map(({ text, values }, place) => {
    const before = taken
    taken += values.length
    return `part${place + 1} as (${text.replace(/\$(\d+)/g, (_, number: string) => `$${before + Number(number)}`)})`
  })
  const made = hot(`with ${parts.join(', ')} ${answer}`)
  texts.set(key, made)
  return made
}
