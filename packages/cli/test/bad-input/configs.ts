import { type BadCase, RUN } from './case.js'

const files: readonly (readonly [string, string, string, string | RegExp])[] = [
  ['broken YAML', 'run: {batch: 5', 'document-syntax', 'choirmaster.yaml:1:15'],
  ['a list', '- a', 'config-invalid', 'choirmaster.yaml:1:1'],
  ['of another version', 'schema: choirmaster.config/9', 'config-invalid', 'choirmaster.yaml:1:1'],
  ['with an unknown key', 'run:\n  wdith: 3', 'config-invalid', 'choirmaster.yaml:2:3'],
  ['with a wrong type', 'run: {width: many}', 'config-invalid', 'choirmaster.yaml:1:7'],
  [
    'with a limit without unit',
    'run: {limits: {run: "60"}}',
    'config-invalid',
    'choirmaster.yaml:1:16',
  ],
  [
    'with a budget of more than all',
    'run:\n  failures:\n    max: 101%',
    'config-invalid',
    'choirmaster.yaml:3:5',
  ],
  [
    'with a check of two kinds',
    'run:\n  gate:\n    checks: [{ tcp: 80, command: [x] }]',
    'config-invalid',
    'choirmaster.yaml:3:14',
  ],
  ['with a time of no day', 'run: {until: 4am}', 'config-invalid', 'choirmaster.yaml:1:7'],
  [
    'with a key twice',
    'color: auto\ncolor: never',
    'document-duplicate-key',
    'choirmaster.yaml:2:1',
  ],
  ['with an unknown transport', 'transport: smoke', 'provider-unknown', 'choirmaster.yaml:1:1'],
  [
    'with an unknown option',
    'store: {use: file, dri: x}',
    'provider-options',
    'choirmaster.yaml:1:20',
  ],
  [
    'with a reporter that nobody brings',
    'reporters: [html]',
    'provider-unknown',
    'choirmaster.yaml:1:13',
  ],
  [
    'with a plugin that is not installed',
    'plugins:\n  - choirmaster-nothing',
    'plugin-not-found',
    'choirmaster.yaml:2:5',
  ],
  [
    'with a plugin file that is not there',
    'plugins: [./gone.js]',
    'plugin-not-found',
    'choirmaster.yaml:1:11',
  ],
  [
    'with a plugin that throws',
    'plugins: [./throws.mjs]',
    'plugin-failed',
    'choirmaster.yaml:1:11',
  ],
  [
    'with a plugin that is none',
    'plugins: [./none.mjs]',
    'plugin-invalid',
    'choirmaster.yaml:1:11',
  ],
  [
    'with a plugin of another contract',
    'plugins: [./next.mjs]',
    'plugin-contract',
    'choirmaster.yaml:1:11',
  ],
]

const PLUGINS = {
  'throws.mjs': 'throw new Error("no")\n',
  'none.mjs': 'export default 5\n',
  'next.mjs': 'export default { contract: 2, name: "next", providers: [] }\n',
}

/** A source with an option that its schema marks as secret. */
const CMDB = `export default { contract: 1, name: 'CMDB', providers: [{
  kind: 'catalog', name: 'cmdb', summary: '',
  options: { json: { properties: { pin: { type: 'string', writeOnly: true } } } },
  open: async () => ({ environment: async () => ({ environment: 'production', applications: {} }) }),
}] }
`

/** Secrets that plan files must not hold, as YAML of the source's options; the harness looks for `s3cret`. */
const secrets: readonly (readonly [string, string, string])[] = [
  ['a secret by its schema', 'pin: s3cret', 'catalog.pin'],
  ['a secret by its name', 'api_token: s3cret', 'catalog.api_token'],
  ['a secret within', 'login: { password: s3cret }', 'catalog.login'],
  ['a secret in an address', "url: 'https://me:s3cret@cmdb'", 'catalog.url'],
]

export const badConfigs: readonly BadCase[] = [
  ...secrets.map(([name, option, place]) => ({
    name: `a plan file that would hold ${name}`,
    argv: ['plan', '--out', 'p.json'],
    files: {
      'cmdb.mjs': CMDB,
      'choirmaster.yaml': `plugins: [./cmdb.mjs]\ncatalog: { use: cmdb, ${option} }\n`,
    },
    code: 'planfile-secret',
    place,
  })),
  ...files.map(([name, text, code, place]) => ({
    name: `a configuration ${name}`,
    files: { 'choirmaster.yaml': text, ...PLUGINS },
    code,
    place,
  })),
  {
    name: 'a configuration that is not there',
    argv: [...RUN, '--config', 'gone.yaml'],
    code: 'document-not-found',
    place: 'gone.yaml',
  },
]
