import { escapeHtml } from './escape-html.ts'

export interface Field {
  /** What it is sent as. */
  readonly name: string
  /** Default: `name`. */
  readonly id?: string
  readonly label: string
  readonly value?: string
  /** More attributes, each `true` for one without a value. */
  readonly attributes: Readonly<Record<string, string | number | true>>
  readonly hint?: string
  /** What is wrong with it, in its place: the field is invalid and has the focus. */
  readonly error?: string | undefined
  readonly hasFocus?: boolean
}

/** A labelled field that must be filled in, with what helps and what is wrong below it. */
export function field({ name, id = name, label, value, attributes, hint, error, hasFocus = false }: Field): string {
  const told = [...(error === undefined ? [] : [`${id}-error`]), ...(hint === undefined ? [] : [`${id}-hint`])]
  const all = {
    ...attributes,
    required: true as const,
    ...(value ? { value } : {}),
    ...(told.length > 0 ? { 'aria-describedby': told.join(' ') } : {}),
    ...(error === undefined ? {} : { 'aria-invalid': 'true' }),
    ...(hasFocus || error !== undefined ? { autofocus: true as const } : {}),
  }
  return `<div class="field"><label for="${id}">${escapeHtml(label)}</label>
<input id="${id}" name="${name}" ${attributesOf(all)}>${
    error === undefined ? '' : `\n<p class="error" id="${id}-error" role="alert">${escapeHtml(error)}</p>`
  }${hint === undefined ? '' : `\n<p class="hint" id="${id}-hint">${escapeHtml(hint)}</p>`}</div>`
}

const attributesOf = (attributes: Field['attributes']): string =>
  Object.entries(attributes)
    .map(([name, value]) => (value === true ? name : `${name}="${escapeHtml(String(value))}"`))
    .join(' ')

/** Values that are sent along as they came; those that are undefined are not. */
export const hiddenFields = (values: Readonly<Record<string, string | undefined>>): string =>
  Object.entries(values)
    .filter((entry): entry is [string, string] => entry[1] !== undefined)
    .map(([name, value]) => `<input type="hidden" name="${escapeHtml(name)}" value="${escapeHtml(value)}">`)
    .join('\n')

/** Why somebody is here; undefined is nothing. */
export const notice = (sentence: string | undefined): string =>
  sentence === undefined ? '' : `<p class="notice" role="status">${escapeHtml(sentence)}</p>`

/** What went wrong, where no field is at fault; undefined is nothing. */
export const alert = (sentence: string | undefined): string =>
  sentence === undefined ? '' : `<p class="notice bad" role="alert">${escapeHtml(sentence)}</p>`

/** The one thing to do. */
export const submitButton = (words: string): string =>
  `<button class="button first" type="submit">${escapeHtml(words)}</button>`

/** A link that looks like what it is among: `isFirst` for the one thing to do. */
export const linkButton = (words: string, href: string, isFirst = false): string =>
  `<a class="button${isFirst ? ' first' : ''}" href="${escapeHtml(href)}">${escapeHtml(words)}</a>`

/** What sentence a page shows for the reason that led to it, if the reason is one of ours. */
export const sentenceOfReason = (reason: string | undefined): string | undefined =>
  reason === 'ended'
    ? 'Your session has ended. Sign in to go on where you were.'
    : reason === 'signed-out'
      ? 'You are signed out.'
      : undefined
