import { describe, expect, test } from 'vitest'
import { judge } from '../src/index.js'
import {
  APPLIED,
  BEFORE,
  BEGUN,
  ENDED,
  REQUESTED,
  attempt,
  evidenceOf,
  judged,
  line,
  statusAt,
  summary,
} from './support/builders.js'

/** Of a run that was started without --verbose. */
const TERSE = [line('notice', 'Puppet', 'Finished', REQUESTED + 1), APPLIED]
/** A run that began so many seconds before our request, by the node's clock. */
const older = (by: number) => ({ time: { total: ENDED - REQUESTED + by } })

describe('whose run it was that began before our request', () => {
  test("somebody else's, by its duration and by its log", async () => {
    expect(await judged(older(10))).toMatchObject({ result: 'foreign', code: 'puppet-foreign-run' })
    const logs = [line('info', 'Puppet', 'Retrieving plugin', REQUESTED - 5), APPLIED]
    expect(await judged({ logs })).toMatchObject({ result: 'foreign' })
    // Whole seconds on both sides.
    expect(await judged(older(1.9))).toMatchObject({ result: 'changed' })
  })

  test('it begins when it has the run lock: until then it may have slept, or waited for ours', async () => {
    const time = { total: 3_600, startup_time: 3_575 }
    expect(await judged({ time })).toMatchObject({ result: 'changed' })
    expect(await judged({ time: { ...time, startup_time: 3_567 } })).toMatchObject({
      result: 'foreign',
    })
  })

  test.each([
    [3, 0.9, 'foreign'],
    [3, 1.1, 'unknown'],
    [9, 6.9, 'foreign'],
    [9, 7.1, 'unknown'],
  ])(
    '%i s before, by a clock that was set back by %s s at most: %s',
    async (by, setBackAtMost, result) => {
      const verdict = await judged(older(by), { attempt: { setBackAtMost } })
      const code = result === 'foreign' ? 'puppet-foreign-run' : 'puppet-older-run'
      expect(verdict).toMatchObject({ result, code })
    },
  )

  test('where nobody says by how much it may have been set back it stays open', async () => {
    const { setBackAtMost: _, ...untold } = attempt()
    const settled = statusAt(ENDED, { now: ENDED + 20, enabled: false, message: 'm' })
    const { result, reason } = judge(untold, settled, [await evidenceOf(summary(older(60)))])
    expect(result).toBe('unknown')
    expect(reason).toContain('began 60 s before ours was requested')
  })

  test('a log without lines of level info is not of a run with --verbose, as ours is', async () => {
    const run = { ...older(3), logs: TERSE }
    expect(await judged(run, { attempt: { setBackAtMost: 3.9 } })).toMatchObject({
      result: 'foreign',
    })
    // Set back by that much it began when ours may have been over: its record may stand over that of ours.
    expect(await judged(run, { attempt: { setBackAtMost: 4.1 } })).toMatchObject({
      result: 'unknown',
    })
  })

  test.each([
    ['its log has them', {}, { logs: [BEGUN, APPLIED] }],
    ['a daemon is there', { settled: { daemon: true } }, { logs: TERSE }],
    [
      'the log is of a run before',
      {},
      { logs: [line('notice', 'Puppet', 'Applied catalog in 1 s', BEFORE)] },
    ],
    ['the log cannot be read', { logsCode: 5 }, {}],
  ])('%s: it may be ours', async (_, more, parts) => {
    const attempt = { setBackAtMost: 3.9 }
    expect(await judged({ ...older(3), ...parts }, { ...more, attempt })).toMatchObject({
      result: 'unknown',
      code: 'puppet-older-run',
    })
  })

  test('one that also ended before the request is no other case', async () => {
    const run = {
      lastrun: REQUESTED - 3,
      time: { total: 5 },
      logs: [line('notice', 'Puppet', 'Applied catalog in 1 s', REQUESTED - 3)],
    }
    expect(await judged(run)).toMatchObject({ result: 'foreign' })
    expect(await judged(run, { attempt: { setBackAtMost: 20 } })).toMatchObject({
      result: 'unknown',
      code: 'puppet-older-run',
    })
    // Ours was seen, so it died: it is not made again for that.
    expect(await judged(run, { attempt: { seenApplying: true } })).toMatchObject({
      result: 'unknown',
      code: 'puppet-older-run',
    })
  })
})

test('a run of puppet apply may stand over the record of ours, as it waits for nobody', async () => {
  const application = { run_mode: 'user', converged_environment: 'production' }
  expect(await judged({ application })).toMatchObject({
    result: 'unknown',
    code: 'puppet-apply-run',
  })
})
