import classes from './status.module.css'

export type Tone = 'good' | 'warn' | 'bad' | 'idle'

/** A dot and a word: never colour alone. */
export function Status({ tone, children }: { readonly tone: Tone; readonly children: string }) {
  return (
    <span className={classes.status} data-tone={tone}>
      <span className={classes.dot} aria-hidden />
      {children}
    </span>
  )
}
