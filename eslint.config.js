// Rules that a reviewer would otherwise have to remember. Formatting is prettier's.
import js from '@eslint/js'
import { createProjectGraphAsync } from '@nx/devkit'
import nx from '@nx/eslint-plugin'
import { defineConfig, globalIgnores } from 'eslint/config'
import ts from 'typescript-eslint'

// The boundary rule reads Nx's project graph from its cache, and without one it checks nothing.
// No daemon, since it would outlive the lint; plugins in this process, since that halves the time.
process.env.NX_DAEMON ??= 'false'
process.env.NX_ISOLATE_PLUGINS ??= 'false'
await createProjectGraphAsync()

const tests = ['**/*.test.*', 'packages/*/test/**']
const sources = ['packages/*/src/**/*.ts']
/** The one file of core that may touch the machine: it is the ports' real side. */
const realPorts = 'packages/core/src/ports/system.ts'

/** Which kind of package may import which; each package's tags are in its package.json. */
const boundaries = [
  { sourceTag: 'type:core', onlyDependOnLibsWithTags: ['type:core'] },
  { sourceTag: 'type:lib', onlyDependOnLibsWithTags: ['type:core', 'type:lib'] },
  { sourceTag: 'type:kit', onlyDependOnLibsWithTags: ['type:core'] },
  // A plugin never imports another: a catalog, transport, agent or store can be swapped alone.
  // What a plugin shares by a subpath of its own is the one exception: who is who to Choria's broker.
  {
    sourceTag: 'type:plugin',
    onlyDependOnLibsWithTags: ['type:core', 'type:lib', 'shared:broker'],
  },
  { sourceTag: 'type:app', onlyDependOnLibsWithTags: ['type:core', 'type:lib', 'type:plugin'] },
]
/** Tests may put plugins together, and use the kits. */
const testBoundaries = boundaries.map(({ sourceTag, onlyDependOnLibsWithTags: allowed }) => ({
  sourceTag,
  onlyDependOnLibsWithTags:
    sourceTag === 'type:core'
      ? [...allowed, 'type:kit']
      : [...allowed, 'type:lib', 'type:plugin', 'type:kit'],
}))
const enforceBoundaries = (depConstraints) => [
  'error',
  { depConstraints, banTransitiveDependencies: true },
]

/** Reading the machine's clock. `new Date(moment)` is arithmetic and stays allowed. */
const clockReads = [
  "NewExpression[callee.name='Date'][arguments.length=0]",
  "CallExpression[callee.name='Date']",
  "MemberExpression[object.name='Date'][property.name='now']",
].map((selector) => ({ selector, message: 'Time comes from the Clock port.' }))
const chance = {
  object: 'Math',
  property: 'random',
  message: 'Randomness comes from the Random port.',
}

export default defineConfig(
  globalIgnores(['**/dist/', '**/coverage/', '**/fixtures/', '.nx/']),
  js.configs.recommended,
  { languageOptions: { globals: nodeGlobals() }, rules: { 'max-lines': ['error', 400] } },
  {
    files: ['**/*.ts'],
    extends: [ts.configs.strict, ts.configs.stylistic],
    plugins: { '@nx': nx },
    // One program for all packages, not one for each.
    languageOptions: {
      parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      // A promise that nobody waits for is an error that nobody sees.
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/await-thenable': 'error',
      // A new event, effect or verdict must be dealt with wherever its union is switched on.
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      // An empty string often means "not set", as in the XDG variables: `||` is right there.
      '@typescript-eslint/prefer-nullish-coalescing': [
        'error',
        { ignorePrimitives: { boolean: true, string: true } },
      ],
      // `typeof import('yaml')` names the type of a library that is loaded on use.
      '@typescript-eslint/consistent-type-imports': [
        'error',
        { fixStyle: 'inline-type-imports', disallowTypeAnnotations: false },
      ],
      // Taste, where the plain form is as good.
      '@typescript-eslint/no-empty-function': 'off',
      '@typescript-eslint/prefer-for-of': 'off',
      '@typescript-eslint/consistent-indexed-object-style': 'off',
      // Control characters are looked for on purpose: nodes' texts are cleaned of them.
      'no-control-regex': 'off',
      '@typescript-eslint/no-import-type-side-effects': 'error',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
      // `type` is needed where an interface lacks the index signature that Json asks for.
      '@typescript-eslint/consistent-type-definitions': 'off',
      '@nx/enforce-module-boundaries': enforceBoundaries(boundaries),
    },
  },
  {
    files: sources,
    ignores: [...tests, 'packages/cli/**', realPorts],
    rules: {
      'no-console': 'error',
      'no-restricted-properties': ['error', chance],
      'no-restricted-syntax': ['error', ...clockReads],
    },
  },
  {
    // Core is functions of data. What it needs from the machine comes in through its ports.
    files: ['packages/core/src/**/*.ts'],
    ignores: [...tests, realPorts],
    rules: {
      // Nx's own ban of external imports does not see `node:` modules.
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              regex: '^(?!\\.{1,2}/|ajv$|ajv/|json-schema-to-ts$)',
              message:
                'Core imports its own files and the schema libraries only; the machine is behind its ports.',
            },
          ],
        },
      ],
      'no-restricted-globals': [
        'error',
        ...['process', 'performance', 'crypto', 'fetch', 'Buffer'],
        ...['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask'],
      ],
    },
  },
  {
    files: tests,
    rules: {
      '@nx/enforce-module-boundaries': enforceBoundaries(testBoundaries),
      // A test that is left out, or that leaves out the others, is no test.
      'no-restricted-syntax': [
        'error',
        {
          selector:
            'MemberExpression[object.name=/^(it|test|describe)$/][property.name=/^(only|skip|todo|fails)$/]',
          message: 'Every test runs.',
        },
      ],
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
)

function nodeGlobals() {
  const names = [
    'process',
    'console',
    'URL',
    'Buffer',
    'performance',
    'setTimeout',
    'clearTimeout',
    'setInterval',
    'clearInterval',
    'AbortController',
  ]
  return Object.fromEntries(names.map((name) => [name, 'readonly']))
}
