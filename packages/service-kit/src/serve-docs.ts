import { page } from './docs-page.ts'
import { escapeHtml } from './escape-html.ts'

interface Operation {
  readonly summary?: string
  readonly description?: string
  readonly tags?: readonly string[]
  readonly security?: readonly unknown[]
  readonly parameters?: readonly {
    readonly name: string
    readonly in: string
    readonly required?: boolean
    readonly description?: string
    readonly schema?: Schema
  }[]
  readonly requestBody?: { readonly content: Readonly<Record<string, Media>> }
  readonly responses?: Readonly<
    Record<string, { readonly description?: string; readonly content?: Readonly<Record<string, Media>> }>
  >
}

type Schema = Readonly<Record<string, unknown>>
interface Media {
  readonly schema?: Schema
  readonly example?: unknown
}

interface Document {
  readonly info: { readonly title: string; readonly version: string }
  readonly paths?: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components?: { readonly schemas?: Readonly<Record<string, Schema>> }
}

/** One operation, and the other addresses where the very same is. */
interface Entry {
  readonly method: string
  readonly path: string
  readonly operation: Operation
  readonly also: string[]
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete']

/** Laid over the style of every page: a list of parts beside the operations where there is room. */
const STYLES = `
body { max-width: 74rem }
nav ul { list-style: none; padding: 0; display: flex; flex-wrap: wrap; gap: .25rem 1rem }
section { margin-top: 2.5rem } h2 { margin: 0 0 .5rem }
details { border-top: 1px solid var(--line) } details:last-of-type { border-bottom: 1px solid var(--line) }
summary { display: grid; grid-template-columns: 4.5rem minmax(0, 3fr) minmax(0, 2fr); gap: .25rem 1rem; align-items: baseline; padding: .5rem .25rem; cursor: pointer; list-style: none }
summary::-webkit-details-marker { display: none } summary:hover { background: light-dark(#f3f4f7, #1d212a) }
summary b { font: 600 12px/1.5 ui-monospace, monospace } summary .does { color: light-dark(#4a5160, #b4bac6) }
.get { color: light-dark(#1d6b3f, #86d7a8) } .post { color: light-dark(#3b4fc4, #9fadff) } .put, .patch { color: light-dark(#8a5a00, #f0c069) } .delete { color: var(--bad) }
.inside { padding: .25rem .25rem 1.25rem 5.75rem } h3 { font-size: .85rem; margin: 1rem 0 .25rem }
pre { margin: 0; padding: .75rem 1rem; overflow-x: auto; white-space: pre-wrap; border: 1px solid var(--line); border-radius: 6px; background: light-dark(#f7f8fa, #171a21); font: 13px/1.5 ui-monospace, monospace }
.inside td:first-child { width: 8rem } .inside td { padding-right: 1rem } .inside td br + code { color: light-dark(#4a5160, #b4bac6) }
@media (max-width: 44rem) { summary { grid-template-columns: 4.5rem minmax(0, 1fr) } summary .does { grid-column: 2 } .inside { padding-left: .25rem } .inside td:first-child { width: 5.5rem } }
@media print { .inside { padding-left: 1rem } }`

/** The page at `/docs`: every operation of an OpenAPI document by its parts, readable without a script. */
export function docsPage(document: object, styleNonce: string): string {
  const { info, paths = {}, components } = document as Document
  const groups = Map.groupBy(entriesOf(paths), ({ operation }) => operation.tags?.[0] ?? 'Other')
  const anchor = (name: string) => encodeURIComponent(name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-'))
  const links = [...groups].map(
    ([name, { length }]) => `<li><a href="#${anchor(name)}">${escapeHtml(name)}</a> ${length}</li>`,
  )
  const sections = [...groups].map(
    ([name, entries]) =>
      `<section id="${anchor(name)}"><h2>${escapeHtml(name)}</h2>${entries.map((entry) => detailsOf(entry, components?.schemas ?? {})).join('')}</section>`,
  )
  return page({
    title: info.title,
    styleNonce,
    styles: STYLES,
    body: `<p>Version ${escapeHtml(info.version)}. The same for machines: <a href="/openapi.json">/openapi.json</a>. Choose a line to see what goes in and what comes back.</p>
<nav aria-label="Parts"><ul>${links.join('')}</ul></nav>${sections.join('')}`,
  })
}

/** An API may be at several roots, such as two versions that are one: it is told once, with its other addresses. */
function entriesOf(paths: NonNullable<Document['paths']>): Entry[] {
  const entries = new Map<string, Entry>()
  for (const [path, operations] of Object.entries(paths))
    for (const method of METHODS) {
      const operation = operations[method]
      if (!operation) continue
      const key = `${method} ${path.replace(/^\/[^/]+/, '')} ${operation.summary}`
      const known = entries.get(key)
      if (known) known.also.push(path)
      else entries.set(key, { method, path, operation, also: [] })
    }
  return [...entries.values()]
}

function detailsOf({ method, path, operation, also }: Entry, schemas: Readonly<Record<string, Schema>>): string {
  const { parameters = [], requestBody, responses = {}, security } = operation
  const isOpen = security?.length === 0
  const said = [
    isOpen ? 'Needs no credential.' : undefined,
    also.length > 0 ? `Also at ${also.map((other) => `<code>${escapeHtml(other)}</code>`).join(', ')}.` : undefined,
  ].filter((sentence) => sentence !== undefined)
  const given = parameters.map(
    ({ name, required, description, schema, in: where }) =>
      `<tr><td><code>${escapeHtml(name)}</code></td><td>${escapeHtml([where, required ? 'needed' : '', typeOf(schema, schemas), description ?? ''].filter(Boolean).join(' · '))}</td></tr>`,
  )
  const [bodyType, body] = Object.entries(requestBody?.content ?? {})[0] ?? []
  const shown = body?.example ?? (body?.schema && outlineOf(body.schema, schemas, 0))
  const answers = Object.entries(responses).map(([status, { description = '', content = {} }]) => {
    // Refusals have one shape all over a part: only what is asked for is told in full.
    const bodies = Object.entries(content).map(([type, { schema }]) =>
      Number(status) < 400 ? `${type} ${typeOf(schema, schemas)}` : type,
    )
    const shape = bodies.map((text) => `<br><code>${escapeHtml(text)}</code>`).join('')
    return `<tr><td><code>${status}</code></td><td>${prose(description)}${shape}</td></tr>`
  })
  return `<details><summary><b class="${method}">${method.toUpperCase()}</b><code>${escapeHtml(path)}</code><span class="does">${escapeHtml(operation.summary ?? '')}</span></summary>
<div class="inside">${operation.description ? `<p>${prose(operation.description)}</p>` : ''}${said.length > 0 ? `<p>${said.join(' ')}</p>` : ''}
${given.length > 0 ? `<h3>Parameters</h3><table><tbody>${given.join('')}</tbody></table>` : ''}
${shown === undefined ? '' : `<h3>Body, <code>${escapeHtml(bodyType ?? '')}</code></h3><pre>${escapeHtml(JSON.stringify(shown, null, 2))}</pre>`}
<h3>Answers</h3><table><tbody>${answers.join('')}</tbody></table></div></details>`
}

/** A sentence, with what stands between backticks as code. */
const prose = (text: string) => escapeHtml(text).replaceAll(/`([^`]+)`/g, '<code>$1</code>')

/** A schema in a word or two: the name it has, else its type. */
function typeOf(schema: Schema | undefined, schemas: Readonly<Record<string, Schema>>): string {
  if (!schema) return ''
  if (typeof schema.$ref === 'string') return schema.$ref.slice(schema.$ref.lastIndexOf('/') + 1)
  if (Array.isArray(schema.enum)) return schema.enum.join(' | ')
  if (schema.type === 'object' && typeof schema.properties === 'object' && schema.properties)
    return `{ ${Object.keys(schema.properties).join(', ')} }`
  if (schema.type === 'array') return `list of ${typeOf(schema.items as Schema | undefined, schemas) || 'values'}`
  return typeof schema.type === 'string' ? schema.type : ''
}

/** A body's shape where it has no example: its properties, each with its type. */
function outlineOf(schema: Schema, schemas: Readonly<Record<string, Schema>>, depth: number): unknown {
  const { $ref, properties } = schema
  const named = typeof $ref === 'string' ? schemas[$ref.slice($ref.lastIndexOf('/') + 1)] : undefined
  if (named && depth < 4) return outlineOf(named, schemas, depth + 1)
  if (typeof properties !== 'object' || properties === null || depth >= 4) return typeOf(schema, schemas)
  return Object.fromEntries(
    Object.entries(properties).map(([name, inner]) => [name, outlineOf(inner as Schema, schemas, depth + 1)]),
  )
}
