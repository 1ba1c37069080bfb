import { ScimError } from '../errors.ts'
import { quoted } from '../json.ts'
import { LENIENT, type ToleranceSink, tolerates } from '../tolerances.ts'
import type { AttributeName, CompareOperator, Filter } from './filter.ts'
import { scan, type Token } from './scan.ts'

/** Deepest nesting of brackets. Nobody writes five; the bound keeps hostile input off the stack. */
const MAX_DEPTH = 40

/** Most comparisons in one filter: as many ids as a client may list in `members[value eq "…" or …]`. */
const MAX_COMPARISONS = 500

const OPERATORS: ReadonlySet<string> = new Set(['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le'])
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/

// `$` is in neither grammar of the RFCs, yet `manager.$ref` must be addressable.
const NAME = /^(?:(.+):)?([a-z$][\w$-]*)(?:\.([a-z$][\w$-]*))?$/i

/**
 * Reads a filter: the whole grammar of RFC 7644 §3.4.2.2. `not` binds before `and`, `and` before `or`; operators,
 * keywords and names in any letter case. Names are not looked up: see {@link checkFilter}.
 *
 * @throws {ScimError} `invalidFilter`, with the position at fault.
 */
export function parseFilter(text: string, tolerances: ToleranceSink = LENIENT): Filter {
  return new Parser(scan(text), tolerances, false).whole()
}

/**
 * Reads what stands between the brackets of `emails[…]`, where no further brackets of that kind may stand.
 *
 * @throws {ScimError} `invalidFilter`.
 */
export function parseElementFilter(text: string, tolerances: ToleranceSink = LENIENT): Filter {
  return new Parser(scan(text), tolerances, true).whole()
}

/** Reads an attribute name of a filter: what stands before the last colon is its URN. */
export function readAttributeName(text: string): AttributeName | undefined {
  const match = NAME.exec(text)
  if (match?.[2] === undefined) return undefined
  const [, urn, name, sub] = match
  return { ...(urn === undefined ? {} : { urn }), name, ...(sub === undefined ? {} : { sub }) }
}

class Parser {
  readonly #tokens: readonly Token[]
  readonly #tolerances: ToleranceSink
  /** Inside the brackets of a value path. */
  #inElement: boolean
  #next = 0
  #comparisons = 0

  constructor(tokens: readonly Token[], tolerances: ToleranceSink, inElement: boolean) {
    this.#tokens = tokens
    this.#tolerances = tolerances
    this.#inElement = inElement
  }

  whole(): Filter {
    const filter = this.#either(0)
    const rest = this.#tokens[this.#next]
    if (rest) throw this.#fault(`expected "and", "or" or the end, found ${quoted(rest.text)}`)
    return filter
  }

  #either(depth: number): Filter {
    let left = this.#both(depth)
    while (this.#takeWord('or')) left = { kind: 'or', left, right: this.#both(depth) }
    return left
  }

  #both(depth: number): Filter {
    let left = this.#term(depth)
    while (this.#takeWord('and')) left = { kind: 'and', left, right: this.#term(depth) }
    return left
  }

  #term(depth: number): Filter {
    if (depth > MAX_DEPTH) throw this.#fault(`more than ${MAX_DEPTH} brackets stand inside each other`)
    if (this.#take('(')) return this.#bracketed(depth)
    if (this.#takeWord('not')) {
      if (!this.#take('(')) throw this.#fault('expected "(" after "not"')
      return { kind: 'not', operand: this.#bracketed(depth) }
    }
    const path = this.#name()
    return this.#take('[') ? this.#valuePath(path, depth) : this.#comparison(path)
  }

  #bracketed(depth: number): Filter {
    const filter = this.#either(depth + 1)
    if (!this.#take(')')) throw this.#fault('expected ")"')
    return filter
  }

  #valuePath(path: AttributeName, depth: number): Filter {
    if (this.#inElement) throw this.#fault('a filter in brackets cannot hold another')
    if (path.sub !== undefined) throw this.#fault('a sub-attribute cannot have a filter in brackets')
    this.#inElement = true
    const filter = this.#either(depth + 1)
    const close = this.#tokens[this.#next]
    if (!this.#take(']')) throw this.#fault('expected "]"')
    const after = this.#tokens[this.#next]
    let whole = filter
    if (after?.kind === 'word' && after.at === (close?.at ?? 0) + 1 && after.text.startsWith('.')) {
      // `emails[type eq "work"].value eq "x"` is in no grammar; Entra asks so when an e-mail is what it matches by.
      const sub = readAttributeName(after.text.slice(1))
      if (sub === undefined || sub.urn !== undefined || sub.sub !== undefined)
        throw this.#fault('expected a sub-attribute')
      if (!tolerates(this.#tolerances, 'filter-after-value-path')) throw this.#fault('expected the end after "]"')
      this.#next += 1
      whole = { kind: 'and', left: filter, right: this.#comparison(sub) }
    }
    this.#inElement = false
    return { kind: 'valuePath', path, filter: whole }
  }

  #comparison(path: AttributeName): Filter {
    this.#comparisons += 1
    if (this.#comparisons > MAX_COMPARISONS) throw this.#fault(`more than ${MAX_COMPARISONS} comparisons`)
    const token = this.#tokens[this.#next]
    const operator = token?.kind === 'word' ? token.text.toLowerCase() : undefined
    if (operator === 'pr') {
      this.#next += 1
      return { kind: 'present', path }
    }
    if (operator === undefined || !OPERATORS.has(operator)) {
      throw this.#fault(`expected an operator, found ${token ? quoted(token.text) : 'the end'}`)
    }
    this.#next += 1
    return { kind: 'compare', operator: operator as CompareOperator, path, value: this.#literal() }
  }

  #literal(): string | number | boolean | null {
    const token = this.#tokens[this.#next]
    if (token === undefined || token.kind === 'punctuation') throw this.#fault('expected a value')
    if (token.kind === 'word') {
      const { text } = token
      if (text === 'true' || text === 'false') return this.#taken(text === 'true')
      if (text === 'null') return this.#taken(null)
      if (NUMBER.test(text) && Number.isFinite(Number(text))) return this.#taken(Number(text))
      if (text.includes('\0') || !text.isWellFormed() || !tolerates(this.#tolerances, 'unquoted-literal')) {
        throw this.#fault(`the value ${quoted(text)} must be quoted`)
      }
    }
    return this.#taken(token.text)
  }

  #taken<T>(value: T): T {
    this.#next += 1
    return value
  }

  #name(): AttributeName {
    const token = this.#tokens[this.#next]
    const name = token?.kind === 'word' ? readAttributeName(token.text) : undefined
    if (name === undefined) throw this.#fault(`expected an attribute, found ${token ? quoted(token.text) : 'the end'}`)
    return this.#taken(name)
  }

  #take(text: string): boolean {
    const token = this.#tokens[this.#next]
    if (token?.kind !== 'punctuation' || token.text !== text) return false
    this.#next += 1
    return true
  }

  #takeWord(text: string): boolean {
    const token = this.#tokens[this.#next]
    if (token?.kind !== 'word' || token.text.toLowerCase() !== text) return false
    this.#next += 1
    return true
  }

  #fault(what: string): ScimError {
    const token = this.#tokens[this.#next]
    return new ScimError(
      'invalidFilter',
      `The filter is wrong at ${token ? `position ${token.at}` : 'its end'}: ${what}.`,
    )
  }
}
