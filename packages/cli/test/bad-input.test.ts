import { existsSync } from 'node:fs'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import Config from '../src/commands/config.js'
import Doctor from '../src/commands/doctor.js'
import Enable from '../src/commands/enable.js'
import Ping from '../src/commands/ping.js'
import Plan from '../src/commands/plan.js'
import Run from '../src/commands/run.js'
import Runs from '../src/commands/runs.js'
import Show from '../src/commands/show.js'
import { badCases } from './bad-input/all.js'
import { RUN } from './bad-input/case.js'
import { CHANGES, changes, check, folderWith, LOG, put, STORE } from './bad-input/harness.js'
import { spoiltPlanFiles } from './bad-input/planfiles.js'
import { runCommand } from './run-command.js'

const COMMANDS = {
  plan: Plan,
  run: Run,
  runs: Runs,
  show: Show,
  enable: Enable,
  config: Config,
  doctor: Doctor,
  ping: Ping,
}
const OWN: Readonly<Record<keyof typeof COMMANDS, readonly string[]>> = {
  plan: LOG,
  run: [...STORE, ...LOG],
  enable: [...STORE, ...LOG],
  runs: STORE,
  show: STORE,
  config: LOG,
  doctor: LOG,
  ping: LOG,
}

let folder: string
beforeEach(async () => {
  folder = await folderWith({})
})
afterEach(() => rm(folder, { recursive: true }))

/** The command in this process. */
function inProcess(argv: readonly string[], json = true) {
  const [name, ...rest] = argv as [keyof typeof COMMANDS, ...string[]]
  const all = [...OWN[name], ...rest, ...(json ? ['--json'] : [])]
  return runCommand(COMMANDS[name], all, { cwd: folder })
}

describe('what cannot be used is a coded error with a place and a hint, and no node is touched', () => {
  it.each(badCases)('$name', async (one) => {
    await put(folder, one.files ?? {})
    const io = await inProcess(one.argv ?? RUN)
    check(io.out(), one)
    expect(io.exitCode()).toBe(one.exit ?? 1)
    expect(io.err()).not.toContain('s3cret')
    expect(await changes(folder)).toEqual([])
    if (one.files?.['p.json'] === undefined) expect(existsSync(join(folder, 'p.json'))).toBe(false)
  })

  it.each(spoiltPlanFiles)('$name', async ({ before = [], change, ...one }) => {
    expect((await inProcess(before)).err()).not.toContain('Error')
    for (const [name, alter] of Object.entries(change)) {
      await put(folder, { [name]: alter(await readFile(join(folder, name), 'utf8')) })
    }
    const io = await inProcess(one.argv ?? RUN)
    check(io.out(), one)
    expect(io.exitCode()).toBe(one.exit ?? 1)
    expect(await changes(folder)).toEqual([])
  })

  it('are no fewer than sixty, with as many names', () => {
    const names = [...badCases, ...spoiltPlanFiles].map(({ name }) => name)
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
    expect(new Set(await changes(folder))).toEqual(CHANGES)
  })
})
