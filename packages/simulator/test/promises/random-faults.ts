import { integerBelow } from '@choirmaster/core/testing'
import type { Random } from '@choirmaster/core'
import type { FaultEntry } from '../../src/index.js'

/** A fault with what is left open drawn. */
export type RandomFault = (random: Random) => FaultEntry

export function pick<T>(random: Random, items: readonly T[]): T {
  return items[integerBelow(random, items.length)] as T
}

/** Calls of the look: four questions, of which one may be asked again. */
const AFTER_THE_LOOK = 5
/** With a request that acts at the end of H, 80 s, a run still shows within the start deadline of 120 s. */
const SLOWEST_START = 35

/** Faults that go away: a run that meets only these must succeed (L2). */
export const TRANSIENT: readonly RandomFault[] = [
  () => ({ fault: 'duplicate-reply' }),
  (random) => ({ fault: 'lost-reply', times: 1, after_calls: integerBelow(random, 12) }),
  (random) => ({
    fault: 'silent',
    times: 1 + integerBelow(random, 2),
    after_calls: AFTER_THE_LOOK + integerBelow(random, 9),
  }),
  (random) => ({
    fault: 'late-reply',
    times: 1,
    after_calls: AFTER_THE_LOOK + integerBelow(random, 8),
  }),
  (random) => ({
    fault: 'damaged-reply',
    times: 1,
    after_calls: AFTER_THE_LOOK + integerBelow(random, 8),
  }),
  (random) => ({
    fault: 'late-effect',
    times: 1,
    seconds: 30 + integerBelow(random, 50),
    after_calls: AFTER_THE_LOOK + integerBelow(random, 8),
  }),
  (random) => ({ fault: 'slow', seconds: integerBelow(random, 19) }),
  (random) => ({
    fault: 'error-reply',
    times: 1,
    done: random.next() < 0.5,
    after_calls: AFTER_THE_LOOK + integerBelow(random, 8),
    actions: ['disable', 'enable', 'status'],
  }),
  (random) => ({ fault: 'run-time', seconds: pick(random, [0.2, 0.2, 5, 300, 1200]) }),
  // No process loads in less than a second.
  (random) => ({ fault: 'slow-start', seconds: Math.max(1, integerBelow(random, SLOWEST_START)) }),
  (random) => ({ fault: 'slow-report', seconds: integerBelow(random, 30) }),
  () => ({ fault: 'facter-errors' }),
  () => ({ fault: 'unchanged' }),
  (random) => ({ fault: 'clock-offset', seconds: pick(random, [-3600, 3600, -7, 12]) }),
  (random) => ({ fault: 'foreign-run', seconds: 10 + integerBelow(random, 200) }),
  (random) => ({ fault: 'server-restart', on: 'started', seconds: 10 + integerBelow(random, 120) }),
  (random) => ({ fault: 'not-connected', on: 'started', seconds: 5 + integerBelow(random, 300) }),
  (random) => ({ fault: 'never-starts', attempt: 1, times: 1, chance: random.next() }),
  () => ({ fault: 'missing-summary' }),
  () => ({ fault: 'no-cached-catalog' }),
  () => ({ fault: 'changed' }),
  (random) => ({ fault: 'daemon', signal: random.next() < 0.5 }),
  (random) => ({ fault: 'puppet-version', version: pick(random, ['5.5.22', '6.29.0', '8.10.0']) }),
]

/** Faults that the look finds, so that the run is refused or goes on without the node. */
export const BLOCKING: readonly RandomFault[] = [
  () => ({ fault: 'silent' }),
  (random) => ({
    fault: 'denied',
    actions: [pick(random, ['disable', 'runonce', 'status', 'last_run_summary'])],
  }),
  (random) => ({ fault: 'error-reply', done: random.next() < 0.5 }),
  (random) => ({ fault: 'disabled', message: pick(random, ['kernel upgrade; ask Ada', '', null]) }),
  () => ({ fault: 'broken-lock' }),
  () => ({ fault: 'corrupt-summary' }),
  () => ({ fault: 'unreadable-logs' }),
  () => ({ fault: 'environment', name: 'development' }),
  () => ({ fault: 'not-connected' }),
]

const HAPPENINGS = ['asked', 'disabled', 'enabled', 'requested', 'started', 'ended'] as const

/** Faults that strike later: a run may fail of them. */
export const HARMFUL: readonly RandomFault[] = [
  (random) => ({ fault: 'silent', after_calls: 4 + integerBelow(random, 20) }),
  (random) => ({ fault: 'silent', after: integerBelow(random, 200) }),
  (random) => ({
    fault: 'denied',
    actions: [pick(random, ['disable', 'enable', 'runonce', 'status', 'last_run_summary'])],
    after: pick(random, [5, 50, 150]),
  }),
  (random) => ({
    fault: 'error-reply',
    done: random.next() < 0.5,
    after: integerBelow(random, 200),
  }),
  ...[
    'failed-resources',
    'failed-refresh',
    'dependency-cycle',
    'prerun-failure',
    'postrun-failure',
    'all-skipped',
    'pluginsync-failure-cached',
    'interrupted',
    'timed-out',
    'killed',
    'hangs',
    'never-starts',
    'never-ran',
    'no-reports',
    'noop',
    'puppet-missing',
  ].map((fault) => () => ({ fault })),
  (random) => ({ fault: 'compile-failure', cached: random.next() < 0.6 }),
  (random) => ({ fault: 'server-down', cached: random.next() < 0.6 }),
  (random) => ({ fault: 'bad-summary', nan: random.next() < 0.5 }),
  (random) => ({
    fault: 'disabled',
    message: pick(random, ['kernel upgrade; ask Ada', '', null]),
    at: integerBelow(random, 300),
  }),
  (random) => ({
    fault: 'disabled',
    message: 'hands off',
    on: pick(random, ['enabled', 'requested', 'started', 'ended', 'asked'] as const),
    delay: random.next() * 3,
  }),
  (random) => ({
    fault: 'enabled',
    on: pick(random, ['disabled', 'ended'] as const),
    delay: random.next() * 40,
  }),
  (random) => ({
    fault: 'foreign-run',
    on: pick(random, ['enabled', 'requested', 'ended'] as const),
    delay: random.next() * 2,
    seconds: 5 + integerBelow(random, 100),
  }),
  (random) => ({
    fault: 'foreign-run',
    on: pick(random, ['enabled', 'requested', 'ended'] as const),
    delay: random.next() * 8,
    seconds: 5,
    ending: pick(random, ['failed-resources', 'compile-failure', 'changed']),
  }),
  (random) => ({ fault: 'broken-lock', on: pick(random, HAPPENINGS), delay: random.next() * 5 }),
  (random) => ({ fault: 'stale-lock', at: integerBelow(random, 100) }),
  (random) => ({ fault: 'stale-lock', on: 'ended', seconds: integerBelow(random, 300) }),
  (random) => ({
    fault: 'corrupt-summary',
    on: pick(random, HAPPENINGS),
    nan: random.next() < 0.5,
  }),
  (random) => ({
    fault: 'clock-step',
    // Some of them too small to be seen against the round trips.
    seconds: pick(random, [-4000, 4000, 40, -40, 15, -15]),
    on: pick(random, ['disabled', 'requested', 'started'] as const),
  }),
  (random) => ({ fault: 'not-connected', at: integerBelow(random, 200) }),
  (random) => ({
    fault: 'reboot',
    on: pick(random, ['enabled', 'requested', 'started', 'ended'] as const),
    delay: random.next() * 20,
    seconds: 30 + integerBelow(random, 200),
  }),
  (random) => ({
    fault: 'server-restart',
    seconds: 30 + integerBelow(random, 2000),
    on: 'disabled',
  }),
  (random) => ({
    fault: 'late-effect',
    times: 2,
    seconds: 79,
    after_calls: 4 + integerBelow(random, 10),
  }),
  () => ({ fault: 'windows' }),
]
