import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { failedCommands } from './logs.js'

/** A line as a real PuppetDB 7.12.1 gives it. */
const line = (level: string, message: string, source = 'Puppet'): object => ({
  ...{ level, message, source, file: null, line: null, tags: [level] },
  time: '2026-11-22T10:56:45.852Z',
})
const APPLIED = line('notice', 'Applied catalog in 0.03 seconds')
const POSTRUN = line(
  'err',
  "Could not run command from postrun_command: Execution of '/bin/false' returned 1: ",
)
const of = (...data: unknown[]): number | null => failedCommands({ href: '/pdb/x', data })

it('reads the logs of real runs, as a real PuppetDB answers them', () => {
  const file = new URL('../test/fixtures/logs.json', import.meta.url)
  const runs = JSON.parse(readFileSync(file, 'utf8')) as { title: string; logs: unknown }[]
  expect(runs.map(({ title, logs }) => [title, failedCommands(logs)])).toEqual([
    // Its errors are of Puppet, and no line proves the language; the report says that it failed.
    ['no catalog', null],
    ['changed', 0],
    ['unchanged', 0],
    ['failed', 0],
    ['changed, with a postrun command that failed', 1],
  ])
})

describe('failed commands by the log of a report', () => {
  it.each<[string, number | null, unknown[]]>([
    ['none', 0, [APPLIED]],
    ['one', 1, [APPLIED, POSTRUN]],
    ['one though the language is said to be another', 1, [POSTRUN]],
    [
      'one by a Puppet Server with the report processor log',
      1,
      [
        { ...APPLIED, source: '//dev1.example.net/Puppet' },
        { ...POSTRUN, source: '//dev1.example.net/Puppet' },
      ],
    ],
    ['none beside errors of others', 0, [APPLIED, line('err', 'Permission denied', 'Facter')]],
    ['none beside another error of Puppet', 0, [APPLIED, line('err', 'a notify of level err')]],
    ['none where only an error would be logged', 0, [line('err', 'no', 'Facter')]],
    ['a resource that says the same', 0, [APPLIED, { ...POSTRUN, source: '/Stage[main]/Main' }]],
    ['an info line that says the same', 0, [APPLIED, { ...POSTRUN, level: 'info' }]],
    ['an error that may be it, in another language', null, [line('err', '失敗しました')]],
    ['nothing', null, []],
    ['a line that is none', null, [APPLIED, 'text']],
    ['a line without a message', null, [APPLIED, { level: 'err', source: 'Puppet' }]],
  ])('%s: %s', (_, expected, lines) => {
    expect(of(...lines)).toBe(expected)
  })

  it('that is not there tells nothing', () => {
    for (const logs of [null, undefined, {}, { href: '/pdb/x' }, { data: null }, 'logs', []]) {
      expect(failedCommands(logs)).toBeNull()
    }
  })
})
