import { type BadCase, RUN, SITE } from './case.js'

/** Documents that are no site, or none that can be run. */
const documents: readonly (readonly [
  name: string,
  text: string | Uint8Array,
  code: string,
  place: string | RegExp,
])[] = [
  ['nothing at all', '', 'site-empty', 'site.yaml'],
  ['comments only', '# later\n', 'site-empty', 'site.yaml'],
  ['broken YAML', 'applications: {\n  a: [1, 2\n', 'document-syntax', /^site\.yaml:\d+:\d+$/],
  ['a tab for indentation', 'applications:\n\tx: 1\n', 'document-syntax', /^site\.yaml:2:\d+$/],
  [
    'a key twice',
    'applications: {}\napplications: {}\n',
    'document-duplicate-key',
    'site.yaml:2:1',
  ],
  ['two documents', 'applications: {}\n---\na: 1\n', 'document-several', 'site.yaml:2:1'],
  ['UTF-16', Buffer.from('﻿a: 1', 'utf16le'), 'document-not-text', /^site\.yaml/],
  [
    'bytes of a picture',
    Buffer.from('89504e470d0a1a0a', 'hex'),
    'document-not-text',
    /^site\.yaml/,
  ],
  ['an alias of nothing', 'applications: *gone\n', 'document-alias', /^site\.yaml:1:/],
  ['an alias of itself', 'applications: &a { x: *a }\n', 'document-alias', /^site\.yaml:1:/],
  ['a tag', 'applications: !ruby/object:X {}\n', 'document-tag', /^site\.yaml:1:/],
  ['thousands of brackets', '['.repeat(20_000), 'document-too-deep', /^site\.yaml/],
  ['a list', '- a\n', 'environment-invalid', 'site.yaml:1:1'],
  ['a number', '7\n', 'environment-invalid', 'site.yaml:1:1'],
  ['no applications', 'environment: production\n', 'environment-invalid', 'site.yaml:1:1'],
  ['a list of applications', 'applications: []\n', 'environment-invalid', 'site.yaml:1:1'],
  [
    'an application that is null',
    'applications:\n  A[1]:\n',
    'environment-invalid',
    'site.yaml:2:3',
  ],
  [
    'a component without a node',
    'applications:\n  A[1]:\n    A::B[1]: { produces: [x] }\n',
    'environment-invalid',
    'site.yaml:3:5',
  ],
  [
    'a node that is a number',
    'applications:\n  A[1]:\n    B[1]: { node: 5 }\n',
    'environment-invalid',
    'site.yaml:3:13',
  ],
  [
    'a node without a name',
    "applications:\n  A[1]:\n    B[1]: { node: '' }\n",
    'environment-invalid',
    'site.yaml:3:13',
  ],
  [
    'a capability that is a number',
    'applications:\n  A[1]:\n    B[1]: { node: a, produces: [1] }\n',
    'environment-invalid',
    'site.yaml:3:33',
  ],
]

/** Sites that are understood, and cannot be run. */
const refused: readonly BadCase[] = [
  {
    name: 'a site whose nodes wait for each other',
    files: {
      'site.yaml': `applications:
  A[1]:
    B[1]: { node: n1, produces: ['C[x]'], consumes: ['C[y]'] }
    B[2]: { node: n2, produces: ['C[y]'], consumes: ['C[x]'] }
`,
    },
    code: 'plan-cycle',
    exit: 3,
    place: /n1|B\[1\]/,
  },
  {
    name: 'a site that needs what nobody makes',
    files: { 'site.yaml': "applications:\n  A[1]:\n    B[1]: { node: n1, consumes: ['C[x]'] }\n" },
    code: 'plan-missing-producer',
    exit: 3,
    place: /A\[1\]/,
  },
  {
    name: 'a site without a node',
    files: { 'site.yaml': 'applications: {}\n' },
    code: 'plan-empty',
    exit: 3,
    place: 'production',
  },
  {
    name: 'a producer outside that nobody vouched for',
    argv: [...RUN, '--instance', 'Blog[main]'],
    code: 'plan-assumes',
    exit: 3,
    place: 'db1.example.net',
  },
  {
    name: 'nodes that are all left out',
    argv: [...RUN, '--exclude', 'db1.example.net'],
    code: 'plan-empty',
    exit: 3,
    place: 'production',
  },
]

export const badSites: readonly BadCase[] = [
  ...documents.map(([name, text, code, place]) => ({
    name: `a site that is ${name}`,
    files: { 'site.yaml': text },
    code,
    place,
  })),
  {
    name: 'a site that is JSON cut off',
    argv: ['run', '--site', 'site.json', '--yes'],
    files: { 'site.json': '{"applications": {"A[1]": {' },
    code: 'document-syntax',
    place: /^site\.json:1:\d+$/,
  },
  {
    name: 'a site that is JSON with a comma too many',
    argv: ['plan', '--site', 'site.json'],
    files: { 'site.json': '{\n  "applications": {},\n}' },
    code: 'document-syntax',
    place: 'site.json:3:1',
  },
  {
    name: 'a site that is not there',
    argv: ['run', '--site', 'gone.yaml', '--yes'],
    code: 'document-not-found',
    place: 'gone.yaml',
  },
  {
    name: 'a site that is a folder',
    argv: ['run', '--site', '.', '--yes'],
    code: 'document-unreadable',
    place: '.',
  },
  {
    name: 'a site of another environment',
    argv: [...RUN, '--environment', 'staging'],
    code: 'site-other-environment',
    place: /^site\.yaml/,
  },
  {
    name: 'a site under Windows line ends that breaks in line 3',
    files: { 'site.yaml': SITE.replaceAll('\n', '\r\n').replace('Shop[main]:', 'Shop[main]: 5') },
    code: 'document-syntax',
    place: /^site\.yaml:[34]:/,
  },
  ...refused,
]
