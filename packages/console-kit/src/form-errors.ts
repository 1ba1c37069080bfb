import { ApiError } from './api.ts'

/**
 * What of a refusal is about a field of the form, by the field's name, in the server's words: `name: is taken; roles: …`,
 * or a sentence that begins with the field. `hints` says which words point to a field that the sentence doesn't name.
 *
 * @returns nothing for faults and for refusals of the whole: those belong into {@link Failed}.
 */
export function fieldErrors<Field extends string>(
  error: unknown,
  fields: readonly Field[],
  hints: Partial<Record<Field, RegExp>> = {},
): Partial<Record<Field, string>> {
  if (!(error instanceof ApiError) || error.status < 400 || error.status >= 500) return {}
  const found: Partial<Record<Field, string>> = {}
  for (const sentence of error.message.split('; ')) {
    const [, path = '', words = ''] = /^([\w.]+):? (.*)$/s.exec(sentence) ?? []
    const names = path.split('.')
    const field = fields.find((name) => names.includes(name)) ?? fields.find((name) => hints[name]?.test(sentence))
    if (field !== undefined) found[field] ??= names.includes(field) ? upper(words) : sentence
  }
  return found
}

const upper = (words: string): string => words.slice(0, 1).toUpperCase() + words.slice(1)

/** Takes the reader to the first field that is in error, once it is drawn. */
export function focusFirstError(form: HTMLElement | null): void {
  requestAnimationFrame(() => form?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus())
}
