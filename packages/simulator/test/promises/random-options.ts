import { integerBelow } from '@choirmaster/core/testing'
import {
  DEFAULT_FAILURES,
  DEFAULT_GATE,
  DEFAULT_OPTIONS,
  resolveFailures,
  type EngineOptions,
  type FailurePolicy,
  type Gate,
  type Random,
  type RunPlan,
} from '@choirmaster/core'
import { START } from '../engine/simulate.js'
import { pick } from './random-faults.js'
import { randomPace } from './random-pace.js'

/**
 * How a seeded run is run. The one place where options are drawn: what is drawn here is tried with every fault.
 * @param random of the options alone, so that a new draw at the end changes nothing else of a seed.
 */
export function randomOptions(
  random: Random,
  safety: boolean,
  plan: RunPlan,
): Partial<EngineOptions> {
  const { batch, ...options } = drawn(random, safety, plan)
  return { ...options, ...randomPace(random, options.width, batch) }
}

function drawn(
  random: Random,
  safety: boolean,
  plan: RunPlan,
): Omit<EngineOptions, 'batch'> & { readonly batch: number | undefined } {
  return {
    limits: { ...DEFAULT_OPTIONS.limits, ...(safety ? { run: 900_000, drain: 600_000 } : {}) },
    width: 1 + integerBelow(random, 5),
    batch: random.next() < 0.3 ? 1 + integerBelow(random, 3) : undefined,
    keepDisabled: pick(random, ['application', 'application', 'all', 'failed', 'none'] as const),
    unready: safety && random.next() < 0.5 ? 'skip' : 'refuse',
    acceptUnverified: random.next() < 0.2,
    run: {
      noop: safety && random.next() < 0.05,
      ...(safety && random.next() < 0.05 && { environment: 'production' }),
    },
    failures: randomFailures(random, plan),
    gate: randomGate(random, plan),
    ...(safety &&
      random.next() < 0.1 && {
        until: new Date(START + Math.floor(random.next() * 400_000)).toISOString(),
      }),
  }
}

/** Half of the runs check a port of some nodes, some of these a second one. */
function randomGate(random: Random, plan: RunPlan): Gate {
  const some = (): number[] => [...plan.nodes.keys()].filter(() => random.next() < 0.6)
  const checks = [3306, 5672].map((tcp) => ({ probe: { tcp }, of: null, nodes: some() }))
  return { ...DEFAULT_GATE, checks: checks.slice(0, pick(random, [0, 0, 1, 2] as const)) }
}

/** Half of the runs stop at the first failure, as most will do. */
function randomFailures(random: Random, plan: RunPlan): FailurePolicy {
  const isDefault = random.next() < 0.5
  const asked = {
    ...DEFAULT_FAILURES,
    scope: pick(random, ['run', 'application', 'group'] as const),
    onFailure: pick(random, ['stop', 'skip-dependents'] as const),
    maxFailures: pick(random, [0, 1, 2, '20%', '50%', null] as const),
    retries: pick(random, [0, 0, 1, 2] as const),
    retryPause: pick(random, [0, 5_000, 300_000] as const),
  }
  return isDefault ? DEFAULT_FAILURES : resolveFailures(asked, plan)
}
