import type { Speak } from '../testing/test-directory.ts'

interface Told {
  readonly id: string
  readonly '@removed'?: { readonly reason: string }
  readonly [property: string]: unknown
}

/** A copy of a collection, kept by nothing but its delta links: what a client of Graph would have. */
export class Replica {
  readonly objects = new Map<string, { readonly properties: object; readonly references: ReadonlySet<string> }>()
  /** What the last round told, page by page. */
  pages: Told[][] = []
  link: string
  readonly #graph: Speak

  constructor(graph: Speak, first: string) {
    this.#graph = graph
    this.link = first
  }

  /** Follows the link to the end of the round; answers what it told. */
  async follow(): Promise<Told[]> {
    this.pages = []
    for (;;) {
      const { status, body } = await this.#graph('GET', this.link.replace(/^http:\/\/[^/]+\/v1\.0/, ''))
      if (status !== 200) throw new Error(`${status}: ${JSON.stringify(body)}`)
      this.pages.push(body.value)
      for (const told of body.value) this.#take(told)
      this.link = body['@odata.nextLink'] ?? body['@odata.deltaLink']
      if (body['@odata.deltaLink']) return this.pages.flat()
    }
  }

  #take(told: Told): void {
    if (told['@removed']) {
      this.objects.delete(told.id)
      return
    }
    const references = new Set(this.objects.get(told.id)?.references)
    const properties: Record<string, unknown> = {}
    for (const [name, value] of Object.entries(told)) {
      if (!name.endsWith('@delta')) properties[name] = value
      else
        for (const reference of value as Told[])
          if (reference['@removed']) references.delete(reference.id)
          else references.add(reference.id)
    }
    this.objects.set(told.id, { properties, references })
  }
}
