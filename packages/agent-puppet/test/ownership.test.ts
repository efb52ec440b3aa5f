import { describe, expect, test } from 'vitest'
import type { Json } from '@choirmaster/core/provide'
import { judge } from '../src/index.js'
import {
  APPLIED,
  BEFORE,
  ENDED,
  PUPPET_4,
  REQUESTED,
  attempt,
  evidenceOf,
  judged,
  line,
  statusAt,
  summary,
} from './support/builders.js'

/** A run that began so many seconds before our request, by the node's clock. */
const older = (by: number) => ({ time: { total: ENDED - REQUESTED + by } })

describe('whose run it was that began before our request', () => {
  test("somebody else's, by its duration and by its log", async () => {
    expect(await judged(older(10))).toMatchObject({ result: 'foreign', code: 'puppet-foreign-run' })
    const logs = [line('info', 'Puppet', 'Retrieving plugin', REQUESTED - 5), APPLIED]
    // A log alone may be of a run in between.
    expect(await judged({ logs })).toMatchObject({ result: 'unknown' })
    // Whole seconds on both sides.
    expect(await judged(older(1.9))).toMatchObject({ result: 'changed' })
  })

  test('it begins when it has the run lock: until then it may have slept, or waited for ours', async () => {
    const time = { total: 3_600, startup_time: 3_575 }
    expect(await judged({ time })).toMatchObject({ result: 'changed' })
    expect(await judged({ time: { ...time, startup_time: 3_567 } })).toMatchObject({
      result: 'foreign',
    })
    // Not later than it ended, whatever is said of it.
    expect(await judged({ time: { total: 26, startup_time: 1e9 } })).toMatchObject({
      result: 'changed',
    })
  })

  test("where the reply was lost the request's moment is the least that it can be: only the end is rounded", async () => {
    const estimated = { requestedAt: REQUESTED + 0.9, acknowledged: false }
    expect(await judged(older(0.05), { attempt: estimated })).toMatchObject({ result: 'changed' })
    expect(await judged(older(0.15), { attempt: estimated })).toMatchObject({ result: 'foreign' })
  })

  test.each([
    [3, 2.9, 'foreign'],
    [3, 3.1, 'unknown'],
    [9, 8.9, 'foreign'],
    [9, 9.1, 'unknown'],
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

  test('a daemon that is signalled has nothing to load, so seconds are rounded in its favour', async () => {
    const before = statusAt(BEFORE, { now: REQUESTED - 2, daemon: true })
    const run = older(3)
    expect(await judged(run, { attempt: { before, setBackAtMost: 0.9 } })).toMatchObject({
      result: 'foreign',
    })
    expect(await judged(run, { attempt: { before, setBackAtMost: 1.1 } })).toMatchObject({
      result: 'unknown',
    })
  })

  test('the log of a run in between says nothing of ours, which could not send its report', async () => {
    for (const to of [-6, -1, 0, 1, 3, 9]) {
      const logs = [
        line('info', 'Puppet', 'Retrieving plugin', REQUESTED + to - 8),
        line('notice', 'Puppet', 'Applied catalog in 0.42 seconds', REQUESTED + to),
      ]
      const attempt = { setBackAtMost: 3.5 }
      const ours = { puppet: '6.24.0', logs, time: { total: 29, startup_time: 9 } }
      expect(await judged(ours, { attempt }), `${to} s`).toMatchObject({ result: 'unverified' })
      const before = statusAt(BEFORE, { now: REQUESTED - 2, daemon: true })
      expect((await judged(ours, { attempt: { ...attempt, before } })).result).toBe('unverified')
      // Before 5.5 nobody tells; to make ours again would be worse.
      const old = { ...PUPPET_4, logs }
      expect((await judged(old, { attempt })).result, `${to} s, Puppet 4`).not.toBe('foreign')
    }
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
    // Told by its end alone: how long it took is not known, or was no time.
    for (const total of [undefined, 0.2]) {
      const at = REQUESTED - 1
      const logs = [line('notice', 'Puppet', 'Applied catalog in 0 s', at)]
      const short = { lastrun: at, time: { total }, logs }
      expect(await judged(short), `${total}`).toMatchObject({ result: 'foreign' })
      expect(await judged(short, { attempt: { setBackAtMost: 2 } })).toMatchObject({
        code: 'puppet-older-run',
      })
    }
    // Ours was seen, so it died: it is not made again for that.
    expect(await judged(run, { attempt: { seenApplying: true } })).toMatchObject({
      result: 'unknown',
      code: 'puppet-older-run',
    })
  })
})

test.each(['4.10.12', '5.5.22', '6.24.0', '7.23.0'])(
  'Puppet %s: the last line is long before the end where a postrun command takes its time',
  async (puppet) => {
    const old = puppet.startsWith('4') ? PUPPET_4 : {}
    // Began at +5.5, applied at +8, then 20 s of postrun.
    const applied = line('notice', 'Puppet', 'Applied catalog in 1.42 seconds', REQUESTED + 8)
    const run = { ...old, puppet, lastrun: REQUESTED + 28, time: { ...old.time, total: 22.5 } }
    expect(await judged({ ...run, logs: [applied] })).toMatchObject({ result: 'changed' })
  },
)

test('a run of a second or two, on Puppet that always writes its log', async () => {
  // Began at 5.55, applied at 6.95, postrun until 10.
  const applied = line('notice', 'Puppet', 'Applied catalog in 0.42 seconds', REQUESTED + 6)
  const run = { lastrun: REQUESTED + 10, time: { total: 4.95, startup_time: 0.5 }, logs: [applied] }
  expect(await judged({ puppet: '8.10.0', ...run })).toMatchObject({ result: 'changed' })
})

test('facts of a journal from before the startup was read are facts', async () => {
  const { witness, facts } = await evidenceOf(summary())
  const { startup: _, ...old } = facts as Record<string, Json>
  const settled = statusAt(ENDED, { now: ENDED + 20, enabled: false, message: 'm' })
  expect(judge(attempt(), settled, [{ witness, facts: old }])).toMatchObject({ result: 'changed' })
  const bad = { ...old, startup: 'soon' }
  expect(judge(attempt(), settled, [{ witness, facts: bad }])).toMatchObject({
    code: 'puppet-no-evidence',
  })
})

test('a run of puppet apply may stand over the record of ours, as it waits for nobody', async () => {
  const application = { run_mode: 'user', converged_environment: 'production' }
  expect(await judged({ application })).toMatchObject({
    result: 'unknown',
    code: 'puppet-apply-run',
  })
})
