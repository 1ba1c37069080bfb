/** That one team is part of another, by their tags. */
export interface TeamEdge {
  readonly parentTeamTag: string
  readonly childTeamTag: string
  /** Where the relationship was learnt from. */
  readonly provider?: string | undefined
}

/** For each team that has parents: their tags, each with its provider. */
export type ParentsByChild = ReadonlyMap<string, ReadonlyMap<string, string | undefined>>

/** The parents that edges give. A pair that is named twice is one edge, told as it was last. */
export function parentsByChild(edges: readonly TeamEdge[]): ParentsByChild {
  const all = new Map<string, Map<string, string | undefined>>()
  for (const { parentTeamTag, childTeamTag, provider } of edges) {
    const parents = all.get(childTeamTag) ?? new Map<string, string | undefined>()
    all.set(childTeamTag, parents.set(parentTeamTag, provider))
  }
  return all
}

/**
 * A way from a team down to itself, parent first and that team at both ends; undefined when no team is its own ancestor.
 * No recursion: a chain may be as long as there are edges.
 */
export function findCycle(all: ParentsByChild): readonly string[] | undefined {
  const caught = teamsBelowCycles(all)
  const [start] = caught.keys()
  if (start === undefined) return undefined
  // Each of these has a parent among them, so going up comes back to where it has been.
  const seen = new Map<string, number>()
  const up: string[] = []
  let at = start
  while (!seen.has(at)) {
    seen.set(at, up.length)
    up.push(at)
    at = [...(all.get(at)?.keys() ?? [])].find((parent) => caught.has(parent)) ?? at
  }
  return [at, ...up.slice(seen.get(at)).reverse()]
}

/** The teams in a cycle or below one: what is left when teams without parents are taken away until there are none. */
function teamsBelowCycles(all: ParentsByChild): ReadonlyMap<string, number> {
  const left = new Map<string, number>()
  const childrenOf = new Map<string, string[]>()
  for (const [child, parents] of all) {
    left.set(child, parents.size)
    for (const parent of parents.keys()) {
      const children = childrenOf.get(parent)
      if (children) children.push(child)
      else childrenOf.set(parent, [child])
    }
  }
  const free = [...childrenOf.keys()].filter((tag) => !left.has(tag))
  for (let tag = free.pop(); tag !== undefined; tag = free.pop())
    for (const child of childrenOf.get(tag) ?? []) {
      const parents = (left.get(child) ?? 0) - 1
      if (parents > 0) left.set(child, parents)
      else {
        left.delete(child)
        free.push(child)
      }
    }
  return left
}
