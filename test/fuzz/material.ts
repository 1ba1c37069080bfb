import { readFileSync } from 'node:fs'

/** What real clients have sent, as `interop/` holds it: the ground that requests are mutated from. */
export interface Material {
  readonly userBodies: readonly unknown[]
  readonly groupBodies: readonly unknown[]
  readonly userPatches: readonly unknown[]
  readonly groupPatches: readonly unknown[]
  readonly filters: readonly string[]
  readonly paths: readonly string[]
}

interface Case {
  readonly type: 'User' | 'Group'
  readonly before?: unknown
  readonly body: unknown
}

interface Recording {
  readonly cycles: readonly {
    readonly requests: readonly { readonly method: string; readonly path: string; readonly body?: unknown }[]
  }[]
}

export function readMaterial(): Material {
  const patches = ['patches.json', 'entra/patches-legacy.json', 'entra/patches-flag.json', 'okta/patches.json'].flatMap(
    (file) => read<{ cases: Case[] }>(file).cases,
  )
  const resources = read<{ cases: Case[] }>('entra/resources.json').cases
  const recorded = ['entra/requests-legacy.json', 'entra/requests-flag.json'].flatMap((file) =>
    read<Recording>(file).cycles.flatMap(({ requests }) => requests),
  )
  const { trees, invalid, matches } =
    read<Record<'trees' | 'invalid' | 'matches', ({ text?: string } | string)[]>>('filters.json')
  const { valid, invalid: badPaths } = read<Record<'valid' | 'invalid', ({ text?: string } | string)[]>>('paths.json')
  const text = (entry: { text?: string } | string) => (typeof entry === 'string' ? entry : (entry.text ?? ''))
  const of = (type: Case['type'], cases: readonly Case[]) => cases.filter((one) => one.type === type)
  const sent = (method: string, path: string) =>
    recorded.filter((one) => one.method === method && one.path.startsWith(path)).map(({ body }) => body)
  const bodies = (type: Case['type']) => [
    ...of(type, resources).map(({ body }) => body),
    ...of(type, patches).map(({ before }) => before),
    ...sent('POST', `/${type}s`),
  ]
  const changes = (type: Case['type']) => [...of(type, patches).map(({ body }) => body), ...sent('PATCH', `/${type}s`)]
  return {
    userBodies: bodies('User'),
    groupBodies: bodies('Group'),
    userPatches: changes('User'),
    groupPatches: changes('Group'),
    filters: [...trees, ...matches, ...invalid].map(text).filter((one) => one !== ''),
    paths: [...valid, ...badPaths].map(text).filter((one) => one !== ''),
  }
}

const read = <Content>(file: string): Content =>
  JSON.parse(readFileSync(new URL(`../../interop/${file}`, import.meta.url), 'utf8')) as Content
