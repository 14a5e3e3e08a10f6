/** Which part may know which; `npm run boundaries` checks it and that it saw every module. */

const TESTS = '[.]test[.]ts$|^rules/testing/'
const PRODUCT = '^(bin|rules|services|workers|config)/'

/** One arrow that must not be drawn, in the product's own code (tests may reach for what they need). */
function forbid(name, comment, from, to) {
  return { name, comment, severity: 'error', from: { pathNot: TESTS, ...from }, to }
}

/** A package that one folder alone may import. */
function only(folder, packages) {
  return forbid(
    `only-${folder.replace('services/', '')}-imports-${packages[0]}`,
    `only ${folder} imports ${packages.join(', ')}`,
    { path: PRODUCT, pathNot: [TESTS, `^${folder}/`] },
    { path: `(^|/)node_modules/(${packages.join('|')})/` },
  )
}

module.exports = {
  forbidden: [
    {
      name: 'no-circle',
      comment: 'modules that need each other while they load',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-circle-of-services',
      comment: 'services that know each other, be it by their types alone',
      severity: 'error',
      from: { path: '^services/([^/]+)/', pathNot: TESTS },
      to: { circular: true, via: { path: '^services/', pathNot: '^services/$1/' } },
    },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    forbid(
      'rules-alone',
      'rules import nothing of ours',
      { path: '^rules/' },
      { path: '^(?!rules/|node_modules/).+/', dependencyTypesNot: ['core'] },
    ),
    forbid(
      'rules-do-no-io',
      'rules are pure: no file, no network, no process',
      { path: '^rules/' },
      { dependencyTypes: ['core'], pathNot: '^(node:)?crypto$' },
    ),
    forbid(
      'config-alone',
      'config imports nothing of ours',
      { path: '^config/' },
      { path: '^(?!config/|node_modules/).+/', dependencyTypesNot: ['core'] },
    ),
    forbid(
      'through-the-face-of-rules',
      'rules are reached through rules/index.ts',
      { path: '^(services|workers)/' },
      { path: '^rules/', pathNot: '^rules/index[.]ts$' },
    ),
    forbid(
      'through-the-face-of-a-service',
      "another service is reached through its index.ts; the store's files are open to services",
      { path: '^services/([^/]+)/' },
      { path: '^services/', pathNot: '^services/($1|store)/|^services/[^/]+/index[.]ts$' },
    ),
    forbid(
      'services-below-workers',
      'services know no workers and no commands',
      { path: '^services/' },
      { path: '^(workers|bin)/' },
    ),
    forbid(
      'workers-use-faces',
      'workers reach services through their index.ts, and no commands',
      { path: '^workers/' },
      { path: '^services/[^/]+/(?!index[.]ts$)|^bin/' },
    ),
    forbid(
      'product-knows-no-tests',
      'the product imports no tests or benches',
      { path: PRODUCT },
      { path: '^(test|bench)/' },
    ),
    forbid(
      'product-needs-no-dev-package',
      'the product runs without devDependencies',
      { path: PRODUCT },
      { dependencyTypes: ['npm-dev'] },
    ),
    only('services/queue', ['bullmq', 'ioredis']),
    only('services/http', ['fastify', '@fastify']),
    only('services/store', ['@electric-sql', 'fs-native-extensions', 'pg']),
    only('services/charts', ['@resvg']),
    only('services', ['kysely']),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^dist/' },
    tsPreCompilationDeps: true,
    combinedDependencies: false,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
}
