import { integerBelow, runPlan, seededRandom } from '@choirmaster/core/testing'
import type { EngineOptions, Random, RunPlan } from '@choirmaster/core'
import { DEFAULT_OPTIONS } from '@choirmaster/core'
import type { FaultEntry, Scenario } from '../../src/index.js'

export interface RandomCase {
  readonly plan: RunPlan
  readonly scenario: Scenario
  readonly options: Partial<EngineOptions>
  /** Virtual seconds after which the operator interrupts, once or twice. */
  readonly softAt: number | null
  readonly hardAt: number | null
  readonly loseStoreAt: number | null
}

function pick<T>(random: Random, items: readonly T[]): T {
  return items[integerBelow(random, items.length)] as T
}

/** A site of 2 to 12 nodes in 1 to 4 groups, each node consuming from some of the group before. */
function randomPlan(random: Random): RunPlan {
  const depth = 1 + integerBelow(random, 4)
  const groups: string[][] = []
  const edges: string[] = []
  for (let group = 0; group < depth; group++) {
    const size = 1 + integerBelow(random, 3)
    const names = Array.from({ length: size }, (_, i) => `n${group}${i}.example.net`)
    const before = groups.at(-1) ?? []
    for (const name of names) {
      for (const producer of before)
        if (producer === before[0] || random.next() < 0.5) edges.push(`${producer}>${name}`)
    }
    groups.push(names)
  }
  const all = groups.flat()
  const half = all.filter((_, i) => i % 2 === 0)
  return runPlan(groups, edges, {
    'App[all]': all,
    ...(random.next() < 0.5 ? { 'App[half]': half } : {}),
  })
}

/** Faults that go away: a run that meets only these must succeed (L2). */
export const TRANSIENT: readonly ((random: Random) => FaultEntry)[] = [
  () => ({ fault: 'duplicate-reply' }),
  (random) => ({ fault: 'lost-reply', times: 1, after_calls: integerBelow(random, 12) }),
  (random) => ({
    fault: 'silent',
    times: 1 + integerBelow(random, 2),
    after_calls: 4 + integerBelow(random, 9),
  }),
  (random) => ({ fault: 'late-reply', times: 1, after_calls: integerBelow(random, 12) }),
  (random) => ({
    fault: 'late-effect',
    times: 1,
    seconds: 30 + integerBelow(random, 50),
    after_calls: 4 + integerBelow(random, 8),
  }),
  (random) => ({ fault: 'slow', seconds: integerBelow(random, 19) }),
  (random) => ({
    fault: 'error-reply',
    times: 1,
    done: random.next() < 0.5,
    after_calls: 4 + integerBelow(random, 8),
    actions: ['disable', 'enable', 'status'],
  }),
  (random) => ({ fault: 'run-time', seconds: pick(random, [0.2, 0.2, 5, 300, 1200]) }),
  (random) => ({ fault: 'slow-start', seconds: integerBelow(random, 60) }),
  (random) => ({ fault: 'slow-report', seconds: integerBelow(random, 30) }),
  () => ({ fault: 'facter-errors' }),
  () => ({ fault: 'unchanged' }),
  (random) => ({ fault: 'clock-offset', seconds: pick(random, [-3600, 3600, -7, 12]) }),
  (random) => ({ fault: 'foreign-run', seconds: 10 + integerBelow(random, 200) }),
  (random) => ({ fault: 'server-restart', on: 'started', seconds: 10 + integerBelow(random, 120) }),
  (random) => ({ fault: 'not-connected', on: 'started', seconds: 5 + integerBelow(random, 300) }),
  (random) => ({ fault: 'never-starts', attempt: 1, times: 1, chance: random.next() }),
  () => ({ fault: 'missing-summary' }),
]

/** Faults that a run may fail of. */
export const HARMFUL: readonly ((random: Random) => FaultEntry)[] = [
  () => ({ fault: 'silent' }),
  (random) => ({ fault: 'silent', after_calls: 4 + integerBelow(random, 20) }),
  (random) => ({
    fault: 'denied',
    actions: [pick(random, ['disable', 'enable', 'runonce', 'status'])],
  }),
  (random) => ({ fault: 'error-reply', done: random.next() < 0.5 }),
  (random) => ({
    fault: pick(random, [
      'failed-resources',
      'failed-refresh',
      'dependency-cycle',
      'prerun-failure',
      'postrun-failure',
      'all-skipped',
      'pluginsync-failure-cached',
    ]),
  }),
  (random) => ({
    fault: pick(random, ['compile-failure', 'server-down']),
    cached: random.next() < 0.6,
  }),
  (random) => ({ fault: pick(random, ['interrupted', 'timed-out', 'killed']) }),
  () => ({ fault: 'hangs' }),
  () => ({ fault: 'never-starts' }),
  () => ({ fault: 'bad-summary' }),
  () => ({ fault: 'bad-summary', nan: true }),
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
    delay: random.next() * 2,
    seconds: 5,
    ending: pick(random, ['failed-resources', 'compile-failure', 'changed']) as never,
  }),
  () => ({ fault: 'broken-lock' }),
  () => ({ fault: 'stale-lock' }),
  () => ({ fault: 'corrupt-summary' }),
  () => ({ fault: 'corrupt-summary', on: 'enabled' }),
  () => ({ fault: 'never-ran' }),
  () => ({ fault: 'unreadable-logs' }),
  () => ({ fault: 'no-reports' }),
  () => ({ fault: 'noop' }),
  () => ({ fault: 'puppet-missing' }),
  () => ({ fault: 'daemon' }),
  (random) => ({
    fault: 'clock-step',
    seconds: pick(random, [-4000, 4000, 40, -40]),
    on: 'started',
  }),
  (random) => ({ fault: 'not-connected', at: integerBelow(random, 200) }),
  (random) => ({
    fault: 'reboot',
    on: 'started',
    delay: random.next() * 20,
    seconds: 30 + integerBelow(random, 200),
  }),
  (random) => ({
    fault: 'late-effect',
    times: 2,
    seconds: 79,
    after_calls: 4 + integerBelow(random, 10),
  }),
]

/** Everything about a simulated run, from one seed. */
export function randomCase(seed: number, mode: 'safety' | 'liveness'): RandomCase {
  const random = seededRandom(seed)
  const plan = randomPlan(random)
  const nodes: Record<string, FaultEntry[]> = {}
  const many = random.next()
  for (const name of plan.nodes) {
    const faults: FaultEntry[] = []
    while (faults.length < 3 && random.next() < many * 0.6) {
      const harmful = mode === 'safety' && random.next() < 0.5
      faults.push(pick(random, harmful ? HARMFUL : TRANSIENT)(random))
    }
    if (faults.length > 0) nodes[name] = faults
  }
  const safety = mode === 'safety'
  const limits = { ...DEFAULT_OPTIONS.limits, ...(safety ? { run: 900_000, drain: 600_000 } : {}) }
  return {
    plan,
    scenario: { seed, defaults: { run: { median: 20, sigma: 0.5 } }, nodes },
    options: {
      limits,
      width: 1 + integerBelow(random, 5),
      ...(random.next() < 0.3 ? { batch: 1 + integerBelow(random, 3) } : {}),
      keepDisabled: pick(random, ['application', 'application', 'all', 'failed', 'none'] as const),
      unready: safety && random.next() < 0.5 ? 'skip' : 'refuse',
      acceptUnverified: random.next() < 0.2,
    },
    softAt: safety && random.next() < 0.15 ? random.next() * 300 : null,
    hardAt: safety && random.next() < 0.05 ? random.next() * 400 : null,
    loseStoreAt: safety && random.next() < 0.05 ? random.next() * 200 : null,
  }
}
