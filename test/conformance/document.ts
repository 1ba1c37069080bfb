import { readFileSync } from 'node:fs'

/** A requirement of the standards, in our words, and the tests that hold it. */
interface Requirement {
  readonly id: string
  readonly section: string
  readonly says: string
  /** A test's own title in its file, or the `why` of a case that `interop/` holds and a test replays. */
  readonly heldBy: readonly { readonly file: string; readonly name: string }[]
}

const ROOT = new URL('../../', import.meta.url)
const requirements = JSON.parse(
  readFileSync(new URL('requirements.json', import.meta.url), 'utf8'),
) as readonly Requirement[]

export const DOCUMENT = new URL('docs/conformance.md', ROOT)

/** What is named as holding a requirement and isn't there. */
export function missingTests(): string[] {
  return requirements.flatMap(({ id, heldBy }) =>
    heldBy.filter(({ file, name }) => !isIn(file, name)).map(({ file, name }) => `${id}: ${file}: ${name}`),
  )
}

/** A title stands in quotes, whole or as the end of one that begins with a figure. */
function isIn(file: string, name: string): boolean {
  const text = readFileSync(new URL(file, ROOT), 'utf8')
  return ["'", '"', '`'].some((quote) => text.includes(`${name}${quote}`))
}

/** `docs/conformance.md` as it has to be. */
export function conformanceDocument(): string {
  const held = requirements.filter(({ heldBy }) => heldBy.length > 0)
  const rows = requirements.map(({ id, section, says, heldBy }) => {
    const tests = heldBy.map(({ file, name }) => `${name} (\`${file}\`)`).join('<br>')
    return `| ${id} | ${section} | ${says} | ${tests || '**no test named yet**'} |`
  })
  return [
    '# Conformance',
    '',
    'Requirements of RFC 7643, 7644 and 9865 in short words of our own, and the tests that hold them. Written by',
    '`npm run conformance` from `test/conformance/requirements.json`; `npm test` fails when this page is stale, or names a',
    'test that does not exist. The list is not whole yet: what is not in it is not claimed.',
    '',
    'Cases of `interop/entra/quirks.json` and `validators.json` are replayed against the portal over HTTP; those of',
    '`interop/patches.json` and `resources.json` against the protocol library that the portal answers with.',
    '',
    `${held.length} of the ${requirements.length} requirements listed have a test named here.`,
    '',
    '| | Section | Requirement | Held by |',
    '| --- | --- | --- | --- |',
    ...rows.map((row) => row.replace(/\$\{WRITERS\}/g, '20')),
    '',
  ].join('\n')
}
