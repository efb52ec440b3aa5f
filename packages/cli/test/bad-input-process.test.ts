import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { badCases } from './bad-input/all.js'
import { type BadCase, RUN } from './bad-input/case.js'
import { extraArguments } from './bad-input/flags.js'
import { changes, check, folderWith, LOG, STORE } from './bad-input/harness.js'

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url))
const bin = fileURLToPath(new URL('../bin/run.js', import.meta.url))
/** One of each sort: a process takes a second. */
const CHOSEN: readonly string[] = [
  'a site whose nodes wait for each other',
  'an unknown flag',
  'a configuration with an unknown key',
  'a plan file that is something else',
  'a scenario with an unknown fault',
]
const UNKNOWN: BadCase = {
  name: 'an unknown command',
  argv: ['rum', '--site', 'site.yaml'],
  code: 'usage-unknown-command',
  place: 'rum',
}

describe('bad input to a process of its own', () => {
  it('needs the command to be built', () => {
    expect(existsSync(main), 'npm run build comes first').toBe(true)
  })

  it.each([...badCases.filter(({ name }) => CHOSEN.includes(name)), UNKNOWN])(
    '$name',
    async (one) => {
      const folder = await folderWith(one.files)
      const [name = '', ...rest] = one.argv ?? RUN
      const { code, out } = await run(folder, [name, ...STORE, ...LOG, ...rest, '--json'])
      check(out, one)
      expect(code).toBe(one.exit ?? 1)
      expect(await changes(folder)).toEqual([])
      await rm(folder, { recursive: true })
    },
  )

  it('an argument to a command that takes none, right behind its name', async () => {
    const folder = await folderWith({})
    for (const one of extraArguments) {
      const { code, out } = await run(folder, [...(one.argv ?? []), '--json'])
      check(out, one)
      expect(code).toBe(1)
    }
    await rm(folder, { recursive: true })
  }, 60_000)

  function run(cwd: string, argv: readonly string[]): Promise<{ code: number; out: string }> {
    return new Promise((resolve) => {
      execFile(process.execPath, [bin, ...argv], { cwd }, (error, out) => {
        resolve({ code: typeof error?.code === 'number' ? error.code : 0, out })
      })
    })
  }
})
