import { type BadCase, SITE } from './case.js'

const PLAN = ['plan', '--site', 'site.yaml', '--out', 'p.json']
const RUN_FILE = ['run', 'p.json', '--yes']

export const badPlanFiles: readonly BadCase[] = [
  {
    name: 'a plan file that is not there',
    argv: RUN_FILE,
    code: 'document-not-found',
    place: 'p.json',
  },
  {
    name: 'a plan file that is no JSON',
    argv: RUN_FILE,
    files: { 'p.json': 'plan: x' },
    code: 'document-syntax',
    place: 'p.json:1:1',
  },
  {
    name: 'a plan file that is something else',
    argv: RUN_FILE,
    files: { 'p.json': '{"name": "left-pad"}' },
    code: 'planfile-invalid',
    place: 'p.json:1:1',
  },
  {
    name: 'a plan file that is a site',
    argv: ['run', 'site.json', '--yes'],
    files: { 'site.json': '{"applications": {}}' },
    code: 'planfile-invalid',
    place: 'site.json:1:1',
  },
  {
    name: 'a plan file of the next version',
    argv: RUN_FILE,
    files: { 'p.json': '{"schema": "choirmaster.planfile/2"}' },
    code: 'planfile-invalid',
    place: 'p.json:1:1',
  },
  {
    name: 'a plan file that is a report',
    argv: RUN_FILE,
    files: { 'p.json': '{"schema": "choirmaster.report/1"}' },
    code: 'planfile-invalid',
    place: 'p.json:1:1',
  },
  {
    name: 'a plan file with parts missing',
    argv: RUN_FILE,
    files: { 'p.json': '{"schema": "choirmaster.planfile/1", "plan": {}}' },
    code: 'planfile-invalid',
    place: /^p\.json:1:\d+$/,
  },
  {
    name: 'a plan file and a flag that it fixes',
    argv: [...RUN_FILE, '--batch', '2'],
    code: 'usage-bad-flag',
    place: '--batch',
  },
  {
    name: 'a plan file and a budget that it fixes',
    argv: [...RUN_FILE, '--max-failures', '2'],
    code: 'usage-bad-flag',
    place: '--max-failures',
  },
  {
    name: 'a plan file and a site',
    argv: [...RUN_FILE, '--site', 'site.yaml'],
    code: 'usage-bad-flag',
    place: '--site',
  },
]

/** Plan files that were good when they were written; `change` is what happens then. */
export const spoiltPlanFiles: readonly (BadCase & {
  readonly change: Readonly<Record<string, (text: string) => string>>
})[] = [
  {
    name: 'a plan file that was edited',
    before: PLAN,
    change: { 'p.json': (text) => text.replace('web2.example.net', 'web9.example.net') },
    argv: RUN_FILE,
    code: 'planfile-altered',
    place: /^p\.json:\d+:\d+$/,
  },
  {
    name: 'a plan file that was cut off',
    before: PLAN,
    change: { 'p.json': (text) => text.slice(0, -20) },
    argv: RUN_FILE,
    code: 'document-syntax',
    place: /^p\.json:\d+:\d+$/,
  },
  {
    name: 'a plan file of a site that has changed',
    before: PLAN,
    change: { 'site.yaml': (text) => text.replace('web2.example.net', 'web3.example.net') },
    argv: RUN_FILE,
    code: 'planfile-outdated',
    exit: 3,
    place: 'p.json',
  },
  {
    name: 'a plan file of a site that is broken now',
    before: PLAN,
    change: { 'site.yaml': () => `${SITE}  - x\n` },
    argv: RUN_FILE,
    code: 'document-syntax',
    place: /site\.yaml:\d+:\d+$/,
  },
]
