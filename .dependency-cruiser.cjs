/**
 * Who may not import whom, as the design's table has it, and no cycles between files, type-only ones included.
 *
 * Tests are let through where a rule is about what ships: they may use vitest, the network and the clock. The walls
 * between the two apps hold for the tests inside them too; what needs both lives in `test/`.
 */

const TEST = '([.]test[.]tsx?$|/testing/|-for-tests[.]ts$)'
const APPS = '^apps/'
/** How an import of a workspace is seen once it is resolved. */
const SCIM = '^packages/scim/'
const external = (...names) => `(^|/)node_modules/(${names.join('|')})(/|$)`

const deny = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to })

module.exports = {
  forbidden: [
    deny(
      'scim-is-pure',
      'The protocol library imports nothing: no package, no part of Node, no other room.',
      { path: '^packages/scim/src/', pathNot: TEST },
      { pathNot: '^packages/scim/src/' },
    ),
    deny('check-knows-no-app', 'The judge sees a server over HTTP only.', { path: '^packages/check/' }, { path: APPS }),
    deny(
      'check-has-its-own-client',
      'A judge that used our own client would forgive what our client forgives.',
      { path: '^packages/check/' },
      { path: '^packages/scim/src/client' },
    ),
    deny(
      'service-kit-knows-no-server',
      'It stands under both servers and is about neither.',
      { path: '^packages/service-kit/' },
      { path: [SCIM, APPS] },
    ),
    deny(
      'console-kit-knows-no-console',
      'It stands under both consoles: no contract, no router.',
      { path: '^packages/console-kit/' },
      { path: [APPS, external('@tanstack/react-router', '@tanstack/router-core', 'react-router')] },
    ),
    deny(
      'contract-is-only-shapes',
      'Server and console read the contract, never the other way round.',
      { path: '^apps/[^/]+/contract/' },
      { path: '^apps/[^/]+/(server|console)/' },
    ),
    deny(
      'portal-nouns-know-no-protocol',
      "SCIM is spoken in the portal's `scim` folder alone.",
      { path: '^apps/portal/server/[^/]+/', pathNot: ['^apps/portal/server/scim/', TEST] },
      { path: SCIM },
    ),
    deny(
      'portal-routes-are-private',
      "A noun's verbs and repository are for others, its routes are not.",
      { path: '^apps/portal/server/([^/]+)/', pathNot: TEST },
      { path: '^apps/portal/server/.+/[a-z-]*routes\\.ts$', pathNot: '^apps/portal/server/$1/' },
    ),
    deny(
      'decisions-are-pure',
      'What a cycle decides is computed from values: no database, no clock, no network.',
      { path: '^apps/directory/server/provisioning/(steps|expression|scope|quarantine)(/|\\.ts$)', pathNot: TEST },
      {
        path: [
          '^packages/service-kit/src/(database|migrate|own-postgres|data-folder|given-database|clock|numbering|transport)',
          '^packages/scim/src/client',
          '[/-]repository\\.ts$',
          external('pg', 'kysely', 'undici'),
          '^(node:)?(https?|http2|net|tls|dns|fs|timers|child_process)(/|$)',
        ],
      },
    ),
    deny(
      'console-knows-no-server',
      'A console is a client like any other.',
      { path: '^apps/[^/]+/console/' },
      { path: '^apps/[^/]+/server/' },
    ),
    deny(
      'portal-knows-no-directory',
      'They meet on the wire.',
      { path: '^apps/portal/' },
      { path: '^apps/directory/' },
    ),
    deny(
      'directory-knows-no-portal',
      'They meet on the wire.',
      { path: '^apps/directory/' },
      { path: '^apps/portal/' },
    ),
    deny(
      'nobody-knows-the-command',
      'It is the only room that sees both apps; who imported it would see them too.',
      { path: '^(packages/|apps/(portal|directory)/)' },
      { path: '^apps/muster/' },
    ),
    deny(
      'what-ships-knows-no-test',
      'Tests import what they test.',
      { path: '^(packages|apps)/', pathNot: TEST },
      { path: ['^test/', TEST] },
    ),
    deny('no-cycles', 'Two files that need each other are one idea, or three.', {}, { circular: true }),
    deny('everything-resolves', 'A denial sees only what can be resolved.', {}, { couldNotResolve: true }),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(packages|apps)/.+/dist/' },
    // With TypeScript 7 alone nothing would be parsed, and nothing be found: @swc/core does it.
    parser: 'swc',
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'node', 'default'] },
  },
}
