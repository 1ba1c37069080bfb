import type { Verdict } from './connection-verdict.ts'
import classes from './verdict-details.module.css'

/** What is wrong with a field, what to do, and what came back: it stands where the field's error stands. */
export function VerdictDetails({ verdict }: { readonly verdict: Verdict }) {
  const { title, advice, address, answer, said, word } = verdict
  const facts = [
    ['Address', address],
    ['Answer', answer],
    ['It said', said],
    ['Error', word],
  ] as const
  return (
    <span className={classes.verdict}>
      <strong className={classes.title}>{title}.</strong> {advice}
      {facts.map(
        ([name, value]) =>
          value && (
            <span key={name} className={classes.fact}>
              <span className={classes.name}>{name}</span>
              <span className={name === 'It said' ? undefined : classes.value}>{value}</span>
            </span>
          ),
      )}
    </span>
  )
}
