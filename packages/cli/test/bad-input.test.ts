import { existsSync, readFileSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { execFile } from 'node:child_process'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import Enable from '../src/commands/enable.js'
import Plan from '../src/commands/plan.js'
import Run from '../src/commands/run.js'
import Runs from '../src/commands/runs.js'
import Show from '../src/commands/show.js'
import { type BadCase, RUN, SITE } from './bad-input/case.js'
import { badConfigs } from './bad-input/configs.js'
import { badFlags } from './bad-input/flags.js'
import { badJournals } from './bad-input/journals.js'
import { badPlanFiles, spoiltPlanFiles } from './bad-input/planfiles.js'
import { badScenarios } from './bad-input/scenarios.js'
import { badSites } from './bad-input/sites.js'
import { runCommand } from './run-command.js'

const COMMANDS = { plan: Plan, run: Run, runs: Runs, show: Show, enable: Enable }
const STORE = ['--set', 'store.dir=./state']
const LOG = ['--set', 'transport.log=./fleet.ndjson']
const OWN: Readonly<Record<keyof typeof COMMANDS, readonly string[]>> = {
  plan: LOG,
  run: [...STORE, ...LOG],
  enable: [...STORE, ...LOG],
  runs: STORE,
  show: STORE,
}
const CASES: readonly BadCase[] = [
  ...badSites,
  ...badFlags,
  ...badConfigs,
  ...badPlanFiles,
  ...badScenarios,
  ...badJournals,
]
const DOCUMENTED = new Set(
  [
    ...readFileSync(new URL('../../../docs/errors.md', import.meta.url), 'utf8').matchAll(
      /^### (.+)$/gm,
    ),
  ].map(([, code]) => code),
)

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bad-input-'))
  await put({ 'site.yaml': SITE })
})
afterEach(() => rm(folder, { recursive: true }))

async function put(files: BadCase['files'] = {}): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, content)
  }
}

/** The command in this process; where the fleet's log and the store are is said first, so that the case can say otherwise. */
function inProcess(argv: readonly string[], json = true) {
  const [name, ...rest] = argv as [keyof typeof COMMANDS, ...string[]]
  const all = [...OWN[name], ...rest, ...(json ? ['--json'] : [])]
  return runCommand(COMMANDS[name], all, { cwd: folder })
}

/** What we changed on the simulated nodes, as their own log tells it. */
async function changes(): Promise<readonly string[]> {
  const log = join(folder, 'fleet.ndjson')
  if (!existsSync(log)) return []
  const entries = (await readFile(log, 'utf8')).trimEnd().split('\n')
  return entries
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as { what: string; by?: string })
    .filter(({ what, by }) => CHANGES.has(what) && by?.startsWith('choria='))
    .map(({ what }) => what)
}
const CHANGES = new Set(['disabled', 'enabled', 'spawned'])

function check(printed: string, { code, place }: BadCase): void {
  expect(printed.endsWith('}\n')).toBe(true)
  expect(printed).not.toContain('s3cret')
  const value = JSON.parse(printed) as { error: Record<string, string> }
  expect(Object.keys(value)).toEqual(['error'])
  const { error } = value
  expect(error['code'], error['message']).toBe(code)
  if (typeof place === 'string') expect(error['place']).toBe(place)
  else expect(error['place']).toMatch(place)
  expect(error['message']).toMatch(/\S/)
  expect(error['hint']).toMatch(/\S/)
  expect(DOCUMENTED).toContain(code)
}

describe('what cannot be used is a coded error with a place and a hint, and no node is touched', () => {
  it.each(CASES)('$name', async (one) => {
    await put(one.files)
    const io = await inProcess(one.argv ?? RUN)
    check(io.out(), one)
    expect(io.exitCode()).toBe(one.exit ?? 1)
    expect(io.err()).not.toContain('s3cret')
    expect(await changes()).toEqual([])
    if (one.files?.['p.json'] === undefined) expect(existsSync(join(folder, 'p.json'))).toBe(false)
  })

  it.each(spoiltPlanFiles)('$name', async ({ before = [], change, ...one }) => {
    expect((await inProcess(before)).err()).not.toContain('Error')
    for (const [name, alter] of Object.entries(change)) {
      await put({ [name]: alter(await readFile(join(folder, name), 'utf8')) })
    }
    const io = await inProcess(one.argv ?? RUN)
    check(io.out(), one)
    expect(io.exitCode()).toBe(one.exit ?? 1)
    expect(await changes()).toEqual([])
  })

  it('are no fewer than sixty, with as many names', () => {
    const names = [...CASES, ...spoiltPlanFiles].map(({ name }) => name)
    expect(names.length).toBeGreaterThanOrEqual(60)
    expect(new Set(names).size).toBe(names.length)
  })

  it('are told in words without --json, on standard error alone', async () => {
    const io = await inProcess(['plan', '--site', 'gone.yaml'], false)
    expect(io.out()).toBe('')
    expect(io.err()).toMatch(/^Error: .*\n {2}at gone\.yaml\nHint: .*\nSee docs\/errors\.md#/)
  })

  it('would be seen in the log, were a node touched', async () => {
    expect((await inProcess(RUN)).exitCode()).toBe(0)
    expect(new Set(await changes())).toEqual(CHANGES)
  })
})

describe('the same from a process of its own', () => {
  const bin = fileURLToPath(new URL('../bin/run.js', import.meta.url))
  const chosen: readonly string[] = [
    'a site that is broken YAML',
    'a site whose nodes wait for each other',
    'an unknown flag',
    'a configuration with an unknown key',
    'a plan file that is something else',
    'a scenario with an unknown fault',
  ]

  it('is what the command is built to', () => {
    expect(existsSync(join(bin, '../../dist/main.js')), 'npm run build comes first').toBe(true)
  })

  it.each(CASES.filter(({ name }) => chosen.includes(name)))('$name', async (one) => {
    await put(one.files)
    const [name, ...rest] = one.argv ?? RUN
    const { code, out } = await inOwnProcess([name ?? '', ...STORE, ...LOG, ...rest, '--json'])
    check(out, one)
    expect(code).toBe(one.exit ?? 1)
    expect(await changes()).toEqual([])
  })

  it('an unknown command', async () => {
    const one = { name: '', code: 'usage-unknown-command', place: 'rum' }
    const { code, out } = await inOwnProcess(['rum', '--site', 'site.yaml', '--yes', '--json'])
    check(out, one)
    expect(code).toBe(1)
  })

  function inOwnProcess(argv: readonly string[]): Promise<{ code: number; out: string }> {
    return new Promise((resolve) => {
      execFile(process.execPath, [bin, ...argv], { cwd: folder }, (error, out) => {
        resolve({ code: typeof error?.code === 'number' ? error.code : 0, out })
      })
    })
  }
})
