import { integerBelow } from '@choirmaster/core/testing'
import {
  DEFAULT_FAILURES,
  DEFAULT_OPTIONS,
  resolveFailures,
  type EngineOptions,
  type FailurePolicy,
  type Random,
  type RunPlan,
} from '@choirmaster/core'
import { pick } from './random-faults.js'

/**
 * How a seeded run is run. The one place where options are drawn: what is drawn here is tried with every fault.
 * @param random of the options alone, so that a new draw at the end changes nothing else of a seed.
 */
export function randomOptions(
  random: Random,
  safety: boolean,
  plan: RunPlan,
): Partial<EngineOptions> {
  return {
    limits: { ...DEFAULT_OPTIONS.limits, ...(safety ? { run: 900_000, drain: 600_000 } : {}) },
    width: 1 + integerBelow(random, 5),
    ...(random.next() < 0.3 ? { batch: 1 + integerBelow(random, 3) } : {}),
    keepDisabled: pick(random, ['application', 'application', 'all', 'failed', 'none'] as const),
    unready: safety && random.next() < 0.5 ? 'skip' : 'refuse',
    acceptUnverified: random.next() < 0.2,
    run: {
      noop: safety && random.next() < 0.05,
      ...(safety && random.next() < 0.05 && { environment: 'production' }),
    },
    failures: randomFailures(random, plan),
  }
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
