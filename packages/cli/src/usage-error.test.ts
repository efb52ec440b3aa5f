import { describe, expect, it } from 'vitest'
import { fakeWorld } from '../test/fake-session.js'
import { fakeIo } from '../test/fake-io.js'
import { LAMP } from '../test/lamp.js'
import { BARE_ROOT, runCommand } from '../test/run-command.js'
import Plan from './commands/plan.js'
import Run from './commands/run.js'
import Show from './commands/show.js'
import { main } from './main.js'
import { unknownCommand } from './usage-error.js'

const { openSession, opened } = fakeWorld({ environment: LAMP })

describe('a command line that cannot be parsed', () => {
  it.each<[string, typeof Plan | typeof Run | typeof Show, string[], object]>([
    [
      'unknown flag',
      Plan,
      ['--instanc', 'x'],
      { code: 'usage-unknown-flag', place: '--instanc', hint: 'Did you mean --instance?' },
    ],
    ['unknown short flag', Plan, ['-q'], { code: 'usage-unknown-flag', place: '-q' }],
    [
      'no number',
      Plan,
      ['--batch', 'two'],
      {
        code: 'usage-bad-flag',
        place: '--batch',
        message:
          '--batch must be a whole number of at least 1, a part such as 10%, or a ramp such as 1,10%,50%, not two',
      },
    ],
    [
      'number too small',
      Plan,
      ['--batch', '0'],
      {
        code: 'usage-bad-flag',
        place: '--batch',
        message:
          '--batch must be a whole number of at least 1, a part such as 10%, or a ramp such as 1,10%,50%, not 0',
      },
    ],
    ['a part of more than all', Plan, ['--concurrency', '150%'], { place: '--concurrency' }],
    ['no part', Plan, ['--batch', '0%'], { place: '--batch' }],
    ['a ramp with a hole', Plan, ['--batch', '1,,5'], { place: '--batch' }],
    ['a letter', Plan, ['--concurrency', 'a'], { place: '--concurrency' }],
    ['no canary', Plan, ['--canary', '0'], { place: '--canary' }],
    ['a part for canaries', Plan, ['--canary', '5%'], { place: '--canary' }],
    ['an unknown order', Run, ['--order', 'random'], { place: '--order' }],
    [
      'none of the choices',
      Run,
      ['--unready', 'maybe'],
      { code: 'usage-bad-flag', place: '--unready' },
    ],
    ['no value', Plan, ['--out'], { code: 'usage-bad-flag', place: '--out' }],
    [
      'a flag twice',
      Plan,
      ['--out', 'a', '--out', 'b'],
      { code: 'usage-bad-flag', place: '--out' },
    ],
    ['argument too many', Plan, ['x'], { code: 'usage-bad-argument', place: 'x' }],
    [
      'a site for an argument',
      Plan,
      ['site.yaml'],
      { place: 'site.yaml', hint: 'Did you mean `plan --site site.yaml`?' },
    ],
    [
      'a plan file for an argument',
      Plan,
      ['p.json'],
      { hint: 'Did you mean `run p.json`, of a plan file, or `plan --site p.json`?' },
    ],
    ['argument missing', Show, [], { code: 'usage-bad-argument', place: 'RUN' }],
  ])('%s: is a coded error with its place, never exit 2', async (_, command, argv, expected) => {
    const io = await runCommand(command, [...argv, '--json'], { openSession })
    expect(io.exitCode()).toBe(1)
    expect(io.err()).toBe('')
    const { error } = JSON.parse(io.out()) as { error: { message: string; hint: string } }
    expect(error).toMatchObject(expected)
    expect(error.message).not.toContain('\n')
    expect(error.hint).not.toBe('')
    expect(opened).toEqual([])
  })

  it('is told in words without --json', async () => {
    const io = await runCommand(Plan, ['--instanc', 'x'], { openSession })
    expect(io.out()).toBe('')
    expect(io.err()).toMatchInlineSnapshot(`
      "Error: There is no flag --instanc
        at --instanc
      Hint: Did you mean --instance?
      See docs/errors.md#usage-unknown-flag
      "
    `)
  })
})

describe('an unknown command', () => {
  it.each([
    [['plam'], ''],
    [['plam', '--json'], 'json'],
  ])('%j is a coded error', async (argv, json) => {
    const io = fakeIo()
    await main(argv, io, BARE_ROOT)
    expect(io.exitCode()).toBe(1)
    if (json) {
      expect(JSON.parse(io.out())).toMatchObject({
        error: { code: 'usage-unknown-command', place: 'plam' },
      })
    } else {
      expect(io.out()).toBe('')
      expect(io.err()).toMatch(/^Error: There is no command plam\n/)
    }
  })

  it('hints at the one that was likely meant', () => {
    expect(unknownCommand('plam', ['plan', 'run'])).toMatchObject({ hint: 'Did you mean plan?' })
  })
})
