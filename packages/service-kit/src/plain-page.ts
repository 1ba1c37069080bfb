import { escapeHtml } from './escape-html.ts'
import { PLAIN_PAGE_STYLE } from './plain-page-style.ts'

/** Whose page it is. Two products look alike and are told apart by mark, name and accent. */
export interface Brand {
  readonly name: string
  /** What is drawn inside an SVG of 28 by 28; markup of our own. */
  readonly mark: string
  /** CSS colours. `fill` and `hover` carry white text, `text` is read and `ring` seen on the page, each at AA on both schemes. */
  readonly accent: { readonly fill: string; readonly hover: string; readonly text: string; readonly ring: string }
}

export interface PlainPage {
  readonly brand: Brand
  /** Workspace or tenant, where it is known. */
  readonly place?: string | undefined
  /** The one `h1`. */
  readonly title: string
  /** HTML already made safe, below the `h1`. */
  readonly body: string
  /** HTML already made safe, below the card: what to do when nothing here helps. */
  readonly footer?: string
  readonly styleNonce: string
}

/** A page with one card, for whoever isn't signed in: works without a script, in light and dark, on a phone. */
export function plainPage({ brand, place, title, body, footer, styleNonce }: PlainPage): string {
  const { name, mark, accent } = brand
  const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 28 28">${mark}</svg>`
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)} · ${escapeHtml(name)}</title>
<link rel="icon" type="image/svg+xml" href="data:image/svg+xml,${encodeURIComponent(icon)}">
<style nonce="${escapeHtml(styleNonce)}">
:root { --accent: ${accent.fill}; --accent-hover: ${accent.hover}; --accent-text: ${accent.text}; --ring: ${accent.ring} }${PLAIN_PAGE_STYLE}</style>
</head>
<body>
<header><svg viewBox="0 0 28 28" aria-hidden="true">${mark}</svg><p>${escapeHtml(name)}${place === undefined ? '' : `<span>${escapeHtml(place)}</span>`}</p></header>
<main>
<h1>${escapeHtml(title)}</h1>
${body}
</main>
${footer === undefined ? '' : `<footer>${footer}</footer>\n`}</body>
</html>
`
}
