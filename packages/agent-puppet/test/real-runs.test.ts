import { describe, expect, test } from 'vitest'
import type { Attempt, Verdict } from '@choirmaster/core/provide'
import { evidence, judge, progress, status } from '../src/index.js'
import { call, good, fakeTransport, linkTo, only } from './support/fake-transport.js'
import { attempt, statusAt } from './support/builders.js'
import { read, recordedNodes, replay } from './support/recorded.js'

/** The attempt that the recorded run answers: idle before, requested at `at`, the last run 5 minutes ago. */
function requested(at: number, more: Partial<Attempt> = {}): Attempt {
  return attempt({ before: statusAt(at - 300, { now: at - 2 }), requestedAt: at, ...more })
}

/** runonce_four_nodes: all four at once. */
const FOUR = 1795345017

const runs: [file: string, attempt: Attempt, lastRun: number, result: string, code: string][] = [
  ['summary_good', requested(1795344997), 1795345005, 'unverified', 'puppet-logs-unreadable'],
  ['summary_good_logs', requested(1795344997), 1795345005, 'changed', 'puppet-changed'],
  ['summary_failed', requested(FOUR), 1795345029, 'failed', 'puppet-resources-failed'],
  ['summary_compile_cached', requested(FOUR), 1795345030, 'failed', 'puppet-stale-catalog'],
  ['summary_compile_nocache', requested(FOUR), 1795345028, 'failed', 'puppet-no-catalog'],
  ['summary_slow', requested(FOUR), 1795345087, 'changed', 'puppet-changed'],
  ['summary_denied_policy', requested(FOUR), 1795345087, 'unverified', 'puppet-logs-unreadable'],
  ['summary_puppetdb_down', requested(1795345194), 1795345201, 'failed', 'puppet-stale-catalog'],
  [
    'summary_puppetserver_down',
    requested(1795345241),
    1795345248,
    'failed',
    'puppet-stale-catalog',
  ],
  ['summary_after_sigTERM', requested(1795345286), 1795345294, 'failed', 'puppet-interrupted'],
]

async function judgedFile(file: string, a: Attempt, settled = {}): Promise<Verdict> {
  const found = await only(evidence(linkTo(replay(file)), recordedNodes(file), call))
  if (!found.ok) throw new Error(found.problem.message)
  const at = (found.value.facts as { lastRun: number }).lastRun
  const after = { enabled: false, message: 'm', now: Math.max(at, a.requestedAt) + 10, ...settled }
  return judge(a, statusAt(at, after), [found.value])
}

describe('recorded runs', () => {
  test.each(runs)('%s', async (file, a, lastRun, result, code) => {
    const verdict = await judgedFile(file, a)
    expect(verdict).toMatchObject({ result, code, evidence: { lastrun: lastRun } })
  })

  test.each(runs)('%s says no word of the log', async (file, a) => {
    const text = JSON.stringify(await judgedFile(file, a))
    expect(text).not.toMatch(/rb_sysopen|Error 500|lab:|localhost|executed|Exec\[/)
  })

  test('summary_after_sigKILL is the run before: ours was seen and died', async () => {
    // The status after the kill says that 70 s have passed since the run before.
    const before = statusAt(1795345491, { now: 1795345520 })
    const killed = attempt({ before, requestedAt: 1795345522, seenApplying: true })
    expect(await judgedFile('summary_after_sigKILL', killed)).toMatchObject({
      result: 'failed',
      code: 'puppet-run-died',
    })
    expect(
      await judgedFile('summary_after_sigKILL', { ...killed, seenApplying: false }),
    ).toMatchObject({ result: 'unknown', code: 'puppet-no-run' })
    const link = linkTo(replay('status_after_sigKILL'))
    const after = await only(status(link, ['dev2.example.net'], call))
    expect(after.ok && progress(killed, after.value, 41_000)).toBe('lost')
  })

  test('summary_while_applying is of the run before and decides nothing', async () => {
    const a = requested(FOUR)
    const settled = { applying: true, now: 1795345050 }
    expect(await judgedFile('summary_while_applying', a, settled)).toMatchObject({
      result: 'again',
      code: 'puppet-still-applying',
    })
  })

  test('18 lines of Facter are one warning', async () => {
    const verdict = await judgedFile('summary_good_logs', requested(1795344997))
    expect(verdict.warnings).toEqual(['18 error lines in the log from Facter'])
  })

  test('a run asked for in another environment failed', async () => {
    const options = { noop: false, environment: 'feature' }
    expect(await judgedFile('summary_good_logs', requested(1795344997, { options }))).toMatchObject(
      {
        result: 'failed',
        code: 'puppet-environment-differs',
      },
    )
  })

  test('a run that began before the request is foreign', async () => {
    expect(await judgedFile('summary_slow', requested(FOUR + 10))).toMatchObject({
      result: 'foreign',
      code: 'puppet-foreign-run',
    })
  })
})

/** The series of real statuses while a run went on. */
describe.each([
  ['status_during_a_run', 1795344997, 1795345005],
  ['status_during_slow_run', FOUR, 1795345087],
])('%s', (file, at, lastRun) => {
  test('runs and ends, without a clock alarm', async () => {
    const series = read<({ answered_ms: number } & Record<string, never>)[]>(file)
    const steps: string[] = []
    let a = attempt()
    for (const [i, data] of series.entries()) {
      const link = linkTo(fakeTransport((node) => good(node, data)))
      const now = await only(status(link, ['n'], call))
      if (!now.ok) throw new Error(now.problem.message)
      if (i === 0) a = attempt({ before: { ...now.value, applying: false }, requestedAt: at })
      const elapsed = data.answered_ms - (series[0]?.answered_ms ?? 0)
      steps.push(progress({ ...a, seenApplying: i > 0 }, now.value, elapsed))
      if (steps.at(-1) === 'ended') expect(now.value.lastRun).toBe(lastRun)
    }
    expect(steps.slice(0, -1).every((step) => step === 'running')).toBe(true)
    expect(steps.at(-1)).toBe('ended')
  })
})

interface Timing {
  readonly reply: number
  readonly lock: number
  readonly summary_written: number
  readonly report_file_written: number
  readonly unlock: number
}

test('timings: no run counts as ended while its report is on the way, or before it shows', () => {
  const timings = read<Timing[]>('timings')
  expect(timings).toHaveLength(31)
  for (const t of timings) {
    const start = 1_795_345_000
    const a = attempt({ before: statusAt(start - 300, { now: start }), requestedAt: start + 1 })
    const at = (ms: number, seen: boolean) =>
      progress(
        { ...a, seenApplying: seen },
        statusAt(ms >= t.summary_written ? start + Math.floor(ms / 1000) : start - 300, {
          now: start + Math.floor(ms / 1000),
          applying: ms >= t.lock && ms < t.unlock,
        }),
        ms,
      )
    expect(at(t.reply, false)).toBe('not-started')
    expect(at(t.lock, false)).toBe('running')
    expect(at(t.summary_written, true)).toBe('running')
    expect(at(t.report_file_written, true)).toBe('running')
    expect(at(t.unlock, true)).toBe('ended')
    // Also where no poll fell into the run.
    expect(at(t.unlock + 5000, false)).toBe('ended')
  }
})

interface Report {
  readonly certname: string
  readonly status: string
  readonly cached_catalog_status: string
  readonly start_time: string
  readonly end_time: string
}

/** PuppetDB as an independent witness: what it calls good we call good, and nothing else. */
test('puppetdb_reports agree with the verdicts', async () => {
  const reports = read<Report[]>('puppetdb_reports')
  const seconds = (iso: string): number => Math.floor(Date.parse(iso) / 1000)
  let compared = 0
  for (const [file, a, lastRun] of runs) {
    const [node] = recordedNodes(file)
    const report = reports.find(
      (r) => r.certname === node && Math.abs(seconds(r.end_time) - lastRun) <= 1,
    )
    if (report === undefined) {
      // Reports of runs while a server was down never arrived.
      expect(file).toMatch(/puppetdb_down|puppetserver_down/)
      continue
    }
    compared++
    expect(seconds(report.start_time)).toBeGreaterThanOrEqual(a.requestedAt)
    const { result } = await judgedFile(file, a)
    const isGood = report.status === 'changed' && report.cached_catalog_status === 'not_used'
    expect(['changed', 'unverified'].includes(result), file).toBe(isGood)
    if (!isGood) expect(result, file).toBe('failed')
  }
  expect(compared).toBe(8)
})
