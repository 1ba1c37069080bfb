import { escapeHtml } from './escape-html.ts'

/** A page to read, such as `/docs`: works without a script, in light and dark, on a phone. `body` is HTML already made safe. */
export function page({
  title,
  body,
  styleNonce,
  styles = '',
}: {
  readonly title: string
  readonly body: string
  readonly styleNonce: string
  /** More style, over that of every page. */
  readonly styles?: string
}): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style nonce="${escapeHtml(styleNonce)}">
:root { color-scheme: light dark; --line: light-dark(#d5d9e0, #3a3f4b); --accent: light-dark(#3b4fc4, #9fadff); --bad: light-dark(#b3261e, #ffb4ab) }
body { font: 15px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 46rem; padding: 3rem 1.25rem; overflow-wrap: anywhere }
h1 { font-size: 1.6rem; line-height: 1.25 } h2 { font-size: 1.1rem; margin-top: 2rem } a { color: var(--accent) }
code { font: 13px/1.5 ui-monospace, monospace }
table { border-collapse: collapse; width: 100% } td { border-top: 1px solid var(--line); padding: .35rem .75rem .35rem 0; vertical-align: top }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px }${styles}
</style>
</head>
<body>
<main>
<h1>${escapeHtml(title)}</h1>
${body}
</main>
</body>
</html>
`
}
