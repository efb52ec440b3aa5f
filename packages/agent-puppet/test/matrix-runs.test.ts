import { describe, expect, test } from 'vitest'
import type { NodeStatus } from '@choirmaster/core/provide'
import { judge, progress } from '../src/index.js'
import {
  APPLIED,
  BEFORE,
  BEGUN,
  CACHED,
  ENDED,
  NO_COMPILE,
  REQUESTED,
  attempt,
  evidenceOf,
  judged,
  line,
  statusAt,
  summary,
} from './support/builders.js'

describe('what the statuses of an attempt say of a fault', () => {
  const at = (lastRun: number, now: number, more: Partial<NodeStatus> = {}) =>
    statusAt(lastRun, { now, ...more })
  const rows: [fault: string, seen: boolean, latest: NodeStatus, told: string][] = [
    ['the process dies before the lock', false, at(BEFORE, REQUESTED + 60), 'not-started'],
    [
      'disabled between request and lock',
      false,
      at(BEFORE, REQUESTED + 60, { enabled: false }),
      'not-started',
    ],
    ['the run is faster than polling', false, at(REQUESTED + 3, REQUESTED + 5), 'ended'],
    ['it ends in the second after the request', false, at(REQUESTED + 1, REQUESTED + 5), 'ended'],
    [
      'another run ended in the second of the request',
      false,
      at(REQUESTED, REQUESTED + 5),
      'not-started',
    ],
    ['another run wins the lock', false, at(BEFORE, REQUESTED + 5, { applying: true }), 'running'],
    [
      'another run ended before the request',
      false,
      at(REQUESTED - 1, REQUESTED + 5),
      'not-started',
    ],
    ['SIGKILL, out of memory, reboot', true, at(BEFORE, REQUESTED + 60), 'lost'],
    ['a hung run', true, at(BEFORE, REQUESTED + 7200, { applying: true }), 'running'],
    [
      'the report is on its way',
      true,
      at(REQUESTED + 30, REQUESTED + 31, { applying: true }),
      'running',
    ],
    [
      'disabled by an operator while it applies',
      true,
      at(BEFORE, REQUESTED + 9, { applying: true, enabled: false }),
      'running',
    ],
  ]
  test.each(rows)('%s', (_, seenApplying, latest, want) => {
    const a = attempt({ seenApplying })
    expect(progress(a, latest, (latest.now - a.before.now) * 1000)).toBe(want)
  })

  test.each([
    ['stepped back by an hour', REQUESTED - 3600, BEFORE],
    ['stepped forth by an hour', REQUESTED + 3600, BEFORE],
    ['whose record went back', REQUESTED + 10, BEFORE - 10],
  ])('a clock %s', (_, now, lastRun) => {
    expect(progress(attempt(), at(lastRun, now), 12_000)).toBe('clock')
  })
})

describe('what the evidence says of a fault', () => {
  test('summary file missing after a first run is never success', async () => {
    const none = { total: 0, config: 'unknown', lastrun: 0, logs: [] }
    expect(await judged(none)).toMatchObject({ result: 'unknown', code: 'puppet-no-run' })
  })

  test('logs that cannot be read hide a cached catalog, so it is unverified', async () => {
    const logs = [BEGUN, NO_COMPILE, CACHED, APPLIED]
    expect(await judged({ logs }, { logsCode: 5 })).toMatchObject({
      result: 'unverified',
      code: 'puppet-logs-unreadable',
      evidence: { changed: 1, logs: 'node-agent-error' },
    })
  })

  test.each([
    [
      'report = false, so the log is an old one',
      [line('notice', 'Puppet', 'Applied catalog in 1 s', BEFORE)],
    ],
    ['report = false from the start, so there is none', []],
    [
      'a log newer than the summary',
      [line('notice', 'Puppet', 'Applied catalog in 1 s', ENDED + 60)],
    ],
    ['a log in another language', [BEGUN, line('notice', 'Puppet', 'カタログを適用しました')]],
  ])('%s: unverified', async (_, logs) => {
    expect(await judged({ logs })).toMatchObject({
      result: 'unverified',
      code: 'puppet-logs-unreadable',
    })
  })

  test('an old log is not held against the run', async () => {
    const logs = [line('err', 'Puppet', 'Could not retrieve catalog', BEFORE)]
    expect(await judged({ logs })).toMatchObject({ result: 'unverified' })
  })

  test('noop in puppet.conf fails the node also where logs cannot be read', async () => {
    expect(await judged({ events: { noop: 1 } }, { logsCode: 5 })).toMatchObject({
      code: 'puppet-noop',
    })
  })

  test('noop that was asked for is a success that changes nothing', async () => {
    const options = { noop: true }
    const pending = { resources: { changed: 0, out_of_sync: 2 }, events: { noop: 2 } }
    expect(await judged(pending, { attempt: { options } })).toMatchObject({
      result: 'unchanged',
      reason: '2 changes would be made',
      evidence: { noop: 2 },
    })
    const partly = { resources: { changed: 1 }, events: { noop: 2 } }
    expect(await judged(partly, { attempt: { options } })).toMatchObject({
      result: 'changed',
      warnings: ['1 resource changed although noop was asked for'],
    })
  })

  test('a run that changed resources and pretended none is not the noop run that was asked for', async () => {
    expect(await judged({}, { attempt: { options: { noop: true } } })).toMatchObject({
      result: 'failed',
      code: 'puppet-noop-ignored',
    })
  })

  test('a noop run tells what it would change, from its own log only', async () => {
    const source = '/Stage[main]/Motd/File[/etc/motd]/content'
    const logs = [line('notice', source, "current_value 'a', should be 'b' (noop)"), APPLIED]
    const noop = { resources: { changed: 0 }, events: { noop: 1 }, logs }
    const options = { noop: true }
    expect((await judged(noop, { attempt: { options } })).evidence['would_change']).toEqual([
      'File[/etc/motd] content',
    ])
    const old = { ...noop, logs: [line('notice', source, 'current_value (noop)', BEFORE)] }
    expect((await judged(old, { attempt: { options } })).evidence).not.toHaveProperty(
      'would_change',
    )
  })

  test('a run in another environment than the enforced one failed', async () => {
    const options = { noop: false, environment: 'feature' }
    expect(await judged({}, { attempt: { options } })).toMatchObject({
      result: 'failed',
      code: 'puppet-environment-differs',
    })
    // Puppet before 6.25 and 7.10 does not record it.
    expect(await judged({ application: undefined }, { attempt: { options } })).toMatchObject({
      result: 'unverified',
      code: 'puppet-environment-unproven',
      evidence: { changed: 1 },
    })
  })

  test('summary and status of different runs: again', async () => {
    expect(await judged({}, { settled: { lastRun: ENDED + 7 } })).toMatchObject({
      result: 'again',
      code: 'puppet-summary-moved',
    })
  })

  test.each([
    ['set back since', { now: REQUESTED - 3600 }],
    ['set back before the end', { lastRun: ENDED, now: ENDED - 60 }],
  ])('a clock %s proves nothing', async (_, settled) => {
    expect(await judged({}, { settled })).toMatchObject({
      result: 'unknown',
      code: 'puppet-clock-stepped',
    })
  })

  test('counts that are missing are no zeros', async () => {
    const data = { ...summary(), failed_resources: -1 }
    const { witness, facts } = await evidenceOf(data)
    expect(facts).toMatchObject({ failed: null })
    expect(
      judge(attempt(), statusAt(ENDED, { now: ENDED + 9 }), [{ witness, facts }]),
    ).toMatchObject({
      result: 'unknown',
      code: 'puppet-counts-missing',
    })
  })

  test('no evidence, or some of another witness or format, is unknown', async () => {
    const settled = statusAt(ENDED, { now: ENDED + 9 })
    for (const found of [
      [],
      [{ witness: 'puppetdb', facts: {} }],
      [{ witness: 'puppet-last-run', facts: null }],
      [{ witness: 'puppet-last-run', facts: { format: 2 } }],
    ]) {
      expect(judge(attempt(), settled, found)).toMatchObject({
        result: 'unknown',
        code: 'puppet-no-evidence',
      })
    }
  })

  test('a good run has no warnings and shows its numbers', async () => {
    expect(await judged({})).toEqual({
      result: 'changed',
      code: 'puppet-changed',
      reason: '1 resource changed',
      warnings: [],
      evidence: {
        lastrun: ENDED,
        requested_at: REQUESTED,
        seconds: 26.5,
        config_version: '1700000310',
        environment: 'production',
        puppet: '7.23.0',
        failed: 0,
        changed: 1,
        corrected: 0,
        out_of_sync: 1,
        skipped: 0,
        total: 9,
        failed_to_restart: 0,
        noop: null,
        catalog_applied: true,
        logs: 2,
        findings: [],
      },
    })
    const quiet = { resources: { changed: 0 } }
    expect(await judged(quiet, { attempt: { options: { noop: true } } })).toMatchObject({
      reason: 'nothing was to be changed',
      warnings: [],
    })
  })

  test.each([
    ['nothing was counted', { total: 0, resources: { changed: 0 } }],
    ['no version', { config: null }],
    ['an empty version', { config: '' }],
    ['a version that is not known', { config: 'unknown' }],
    ['no retrieval', { time: { config_retrieval: undefined } }],
  ])('%s alone says that there was no catalog', async (_, parts) => {
    expect(await judged(parts)).toMatchObject({ result: 'failed', code: 'puppet-no-catalog' })
  })

  test('where resources failed their own error lines are no news, those of Facter are', async () => {
    const lines = ['Puppet', 'Facter', '/Stage[main]/Main/Exec[x]', 'elsewhere'].map((source) =>
      line('err', source, 'x'),
    )
    const failed = { resources: { failed: 1 }, logs: [BEGUN, ...lines, APPLIED] }
    expect((await judged(failed)).warnings).toEqual(['1 error line in the log from Facter'])
    expect((await judged({ logs: failed.logs })).warnings).toEqual([
      '1 error line in the log from Puppet',
      '1 error line in the log from Facter',
      '1 error line in the log from resources',
      '1 error line in the log from elsewhere',
    ])
    expect((await judged({ ...failed, time: { total: 90 } })).warnings).toEqual([])
  })

  test('a log may end in the seconds before a request that was estimated: they are rounded away', async () => {
    const early = [line('notice', 'Puppet', 'Applied catalog in 0.1 seconds', REQUESTED - 1)]
    const short = { lastrun: REQUESTED, time: { total: 1 }, logs: early }
    const lost = { attempt: { acknowledged: false } }
    expect(await judged(short, lost)).toMatchObject({ result: 'changed' })
  })

  test('a decisive line is shown by its known beginning, other errors are only counted', async () => {
    const facter = line('err', 'Facter', 'secret')
    const logs = [BEGUN, facter, NO_COMPILE, CACHED, APPLIED]
    expect(await judged({ logs })).toMatchObject({
      warnings: ['1 error line in the log from Facter'],
      evidence: {
        findings: [
          { kind: 'stale', text: 'Could not retrieve catalog', count: 1 },
          { kind: 'stale', text: 'Using cached catalog', count: 1 },
        ],
      },
    })
  })

  test('skipped resources are a warning, a stale catalog beside failed ones too', async () => {
    expect((await judged({ resources: { skipped: 2 } })).warnings).toEqual([
      '2 resources of 9 skipped',
    ])
    const logs = [BEGUN, NO_COMPILE, CACHED, APPLIED]
    expect(await judged({ resources: { failed: 1 }, logs })).toMatchObject({
      code: 'puppet-resources-failed',
      warnings: ['the catalog was a cached one, not the current code'],
    })
  })
})
