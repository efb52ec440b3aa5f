import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import {
  RUN_REPORT,
  type Attempt,
  type Evidence,
  type Json,
  type NodeStatus,
  type RunReportFacts,
  type Verdict,
} from '@choirmaster/core/provide'
import { judge, recognises, reportRules } from '../src/index.js'
import { evidence } from '../src/index.js'
import {
  APPLIED,
  attempt,
  BEFORE,
  BEGUN,
  ENDED,
  evidenceOf,
  PUPPET_4,
  REQUESTED,
  statusAt,
  summary,
} from './support/builders.js'
import { call, linkTo, only } from './support/fake-transport.js'
import { recordedNodes, replay } from './support/recorded.js'

const GOOD: RunReportFacts = {
  format: 1,
  start: REQUESTED + 2.5,
  end: ENDED + 0.4,
  status: 'changed',
  noop: false,
  cached: 'not_used',
  environment: 'production',
  transaction: '82f3d164-1789-4193-948a-9a13f3b1391c',
  code: null,
  version: '1700000310',
  failedCommands: 0,
  allSkipped: false,
}
const told = (more: Partial<RunReportFacts> = {}): Evidence => ({
  witness: RUN_REPORT,
  facts: { ...GOOD, ...more },
})
const SETTLED = statusAt(ENDED, { now: ENDED + 20, enabled: false, message: 'm' })
/** Counts of a good run, with a log that proves nothing. */
const UNREADABLE = { logs: [] as Json }

async function judged(
  parts: Parameters<typeof summary>[0] | null,
  reports: readonly Evidence[],
  more: { attempt?: Partial<Attempt>; settled?: NodeStatus } = {},
): Promise<Verdict> {
  const own = parts === null ? [] : [await evidenceOf(summary(parts))]
  return judge(attempt(more.attempt), more.settled ?? SETTLED, [...own, ...reports])
}

describe('a report resolves what the record of the node leaves open', () => {
  test.each<[string, Parameters<typeof summary>[0] | null, string]>([
    ['a log that cannot be read', UNREADABLE, 'puppet-report-changed'],
    ['a summary that cannot be read', null, 'puppet-report-changed'],
    ['counts that are missing', { resources: { failed: null as never } }, 'puppet-report-changed'],
  ])('%s', async (_, parts, code) => {
    const verdict = await judged(parts, [told()])
    expect(verdict).toMatchObject({ result: 'changed', code })
    expect(verdict.evidence['report']).toEqual(GOOD)
  })

  test('an environment that old Puppet does not record, where one is enforced', async () => {
    const parts = { application: undefined, logs: [BEGUN, APPLIED] as Json }
    const enforced = { attempt: { options: { noop: false, environment: 'production' } } }
    expect(await judged(parts, [], enforced)).toMatchObject({ code: 'puppet-environment-unproven' })
    expect(await judged(parts, [told({ status: 'unchanged' })], enforced)).toMatchObject({
      result: 'unchanged',
    })
    const silent = told({ environment: null })
    expect(await judged(parts, [silent], enforced)).toMatchObject({ result: 'unverified' })
  })

  test('what the node alone would show is named as unseen', async () => {
    const { allSkipped: _, ...uncounted } = GOOD
    const report = { witness: RUN_REPORT, facts: uncounted }
    expect((await judged(null, [told()])).warnings).toEqual([])
    expect((await judged(null, [report])).warnings).toEqual([expect.stringContaining('skipped')])
    expect((await judged(UNREADABLE, [report])).warnings).toEqual([])
  })
})

describe('a report tells of a failure that the record of the node does not show', () => {
  test.each<[string, Partial<RunReportFacts>, string]>([
    ['failed', { status: 'failed' }, 'puppet-report-failed'],
    ['a cached catalog', { cached: 'on_failure' }, 'puppet-report-stale'],
    [
      'a cached catalog that was asked for',
      { cached: 'explicitly_requested' },
      'puppet-report-stale',
    ],
    ['noop with nothing pending', { noop: true }, 'puppet-report-noop'],
    ['a postrun command that failed', { failedCommands: 1 }, 'puppet-report-command'],
    ['resources that were all skipped', { allSkipped: true }, 'puppet-report-skipped'],
  ])('%s', async (_, more, code) => {
    for (const parts of [{}, UNREADABLE, null]) {
      expect(await judged(parts, [told(more)])).toMatchObject({ result: 'failed', code })
    }
  })

  test('another environment than the one that was enforced', async () => {
    const enforced = { attempt: { options: { noop: false, environment: 'test' } } }
    expect(await judged(null, [told()], enforced)).toMatchObject({
      code: 'puppet-report-environment',
    })
  })

  test('noop is no failure where it was asked for', async () => {
    const asked = { attempt: { options: { noop: true } } }
    const pretended = { resources: { changed: 0 }, events: { noop: 2 } }
    expect(await judged(pretended, [told({ noop: true })], asked)).toMatchObject({
      result: expect.stringMatching(/changed$/),
    })
  })
})

describe('that a command failed shows in the log of a report alone', () => {
  test('where it does not tell, the report proves no success, and it is said why', async () => {
    for (const [parts, result] of [
      [UNREADABLE, 'unverified'] as const,
      [null, 'unknown'] as const,
    ]) {
      const verdict = await judged(parts, [told({ failedCommands: null })])
      expect(verdict).toMatchObject({ result })
      expect(verdict.warnings).toEqual([expect.stringContaining('does not tell')])
    }
    expect((await judged({}, [told({ failedCommands: null })])).result).toBe('changed')
  })

  test('nor does one without counts, unless the record of the node has them', async () => {
    const uncounted = told({ allSkipped: null })
    expect(await judged(null, [uncounted])).toMatchObject({
      result: 'unknown',
      warnings: [expect.stringContaining('counts do not tell')],
    })
    const missing = { resources: { failed: null as never } }
    expect((await judged(missing, [uncounted])).result).not.toMatch(/changed$/)
    expect((await judged(UNREADABLE, [uncounted])).result).toBe('changed')
  })

  test('where nobody read it, the verdict says so', async () => {
    const { failedCommands: _, ...unread } = GOOD
    const report = { witness: RUN_REPORT, facts: unread }
    const verdict = await judged(UNREADABLE, [report])
    expect(verdict).toMatchObject({ result: 'changed', code: 'puppet-report-changed' })
    expect(verdict.warnings).toEqual([expect.stringContaining('its log was not read')])
    const failed = { witness: RUN_REPORT, facts: { ...unread, status: 'failed' } }
    expect((await judged(UNREADABLE, [failed])).warnings).toEqual([])
    expect((await judged({}, [report])).warnings).toEqual((await judged({}, [])).warnings)
  })
})

describe('a report decides nothing', () => {
  test('absent: a run stays unverified, unknown, or what its record says', async () => {
    expect(await judged(UNREADABLE, [])).toMatchObject({ result: 'unverified' })
    expect(await judged(null, [])).toMatchObject({ result: 'unknown' })
    expect(await judged({}, [])).toMatchObject({ code: 'puppet-changed' })
  })

  test.each<[string, Evidence]>([
    ['of a run before the request', told({ start: REQUESTED - 10 })],
    ['of the run before', told({ start: BEFORE - 30, end: BEFORE })],
    ['of a later run than the record speaks of', told({ start: ENDED + 10, end: ENDED + 40 })],
    ['of another witness', { ...told(), witness: 'somebody' }],
    ['in another format', { witness: RUN_REPORT, facts: { ...GOOD, format: 2 } }],
    ['with half a command that failed', told({ failedCommands: 0.5 })],
    ['with a number for a yes', told({ allSkipped: 1 as never })],
    ['without times', { witness: RUN_REPORT, facts: { ...GOOD, start: 'soon' } }],
    ['that is no object', { witness: RUN_REPORT, facts: [] }],
    ['with another word for its status', told({ status: 'ok' as never })],
  ])('%s', async (_, report) => {
    expect(await judged(UNREADABLE, [report])).toMatchObject({ result: 'unverified' })
    expect(await judged(null, [report])).toMatchObject({ result: 'unknown' })
  })

  test('of old Puppet that does not tell of cached catalogs, or whether it was applied', async () => {
    expect(await judged(UNREADABLE, [told({ cached: null })])).toMatchObject({
      result: 'unverified',
    })
    const old = { ...PUPPET_4, logs: [] as Json }
    expect(await judged(old, [told()])).toMatchObject({ code: 'puppet-end-unproven' })
  })

  test('where the node tells of a failure itself, or its clock was set', async () => {
    expect(await judged({ resources: { failed: 2 } }, [told()])).toMatchObject({
      code: 'puppet-resources-failed',
    })
    const stepped = statusAt(ENDED, { now: REQUESTED - 100 })
    expect(await judged({}, [told()], { settled: stepped })).toMatchObject({
      code: 'puppet-clock-stepped',
    })
  })

  test('while the node says that the record is not complete', async () => {
    const settled = { ...SETTLED, applying: true }
    expect(await judged(UNREADABLE, [told()], { settled })).toMatchObject({ result: 'again' })
  })
})

test('of several reports the last that fits counts', async () => {
  const failed = told({ status: 'failed' })
  expect(await judged(null, [failed, told()])).toMatchObject({ result: 'changed' })
  expect(await judged(null, [told(), failed])).toMatchObject({ result: 'failed' })
})

test('a report tells when its process was started: what that slept and waited shows in the record of the node', async () => {
  const slept = told({ start: REQUESTED - 60 })
  const time = { total: 90, startup_time: 65 }
  expect(await judged({ ...UNREADABLE, time }, [slept])).toMatchObject({ result: 'changed' })
  const short = { total: 90, startup_time: 55 }
  expect(await judged({ ...UNREADABLE, time: short }, [slept])).not.toMatchObject({
    result: 'changed',
  })
})

test('reports are recognised while the end is not known from the node yet', () => {
  expect(recognises(attempt(), told())).toBe(true)
  expect(recognises(attempt(), told({ start: REQUESTED - 3 }))).toBe(false)
  expect(recognises(attempt(), told({ end: BEFORE - 1 }))).toBe(false)
})

test('each row has a code of its own', () => {
  expect(new Set(reportRules.map(({ code }) => code)).size).toBe(reportRules.length)
})

describe('reports of real runs, with what the real nodes answered', () => {
  const rows = JSON.parse(
    readFileSync(new URL('fixtures/reports.json', import.meta.url), 'utf8'),
  ) as { node: string; facts: RunReportFacts }[]
  const reportsOf = (node: string): Evidence[] =>
    rows
      .filter((row) => row.node === `${node}.example.net`)
      .map(({ facts }) => ({ witness: RUN_REPORT, facts }))
  const requested = (at: number): Attempt =>
    attempt({ before: statusAt(at - 300, { now: at - 2 }), requestedAt: at })

  test.each<[string, string, number, number, string, string]>([
    // The same run whose summary alone is unverified.
    ['summary_good', 'dev1', 1795344997, 1795345005, 'changed', 'puppet-report-changed'],
    ['summary_good_logs', 'dev1', 1795344997, 1795345005, 'changed', 'puppet-changed'],
    ['summary_failed', 'dev1', 1795345017, 1795345029, 'failed', 'puppet-resources-failed'],
    ['summary_compile_cached', 'dev2', 1795345017, 1795345030, 'failed', 'puppet-stale-catalog'],
    ['summary_compile_nocache', 'dev3', 1795345017, 1795345028, 'failed', 'puppet-no-catalog'],
    ['summary_slow', 'dev4', 1795345017, 1795345087, 'changed', 'puppet-changed'],
    ['summary_after_sigTERM', 'dev2', 1795345286, 1795345294, 'failed', 'puppet-interrupted'],
  ])('%s', async (file, node, at, lastRun, result, code) => {
    const found = await only(evidence(linkTo(replay(file)), recordedNodes(file), call))
    if (!found.ok) throw new Error(found.problem.message)
    const settled = statusAt(lastRun, { now: lastRun + 10, enabled: false, message: 'm' })
    const verdict = judge(requested(at), settled, [found.value, ...reportsOf(node)])
    expect(verdict).toMatchObject({ result, code })
    expect(verdict.evidence['report']).toMatchObject({
      status: result === 'failed' ? expect.any(String) : 'changed',
    })
    // The report alone comes to the same end.
    const alone = judge(requested(at), settled, reportsOf(node))
    expect(alone.result).toBe(result)
  })

  test('none is of the run that was killed, or of those while a server was down', () => {
    const killed = statusAt(1795345491, { now: 1795345600 })
    expect(judge(requested(1795345522), killed, reportsOf('dev2'))).toMatchObject({
      code: 'puppet-no-evidence',
    })
    const down = statusAt(1795345201, { now: 1795345300 })
    expect(judge(requested(1795345194), down, reportsOf('dev1'))).toMatchObject({
      code: 'puppet-no-evidence',
    })
  })
})
