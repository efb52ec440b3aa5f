import {
  DEFAULT_FAILURES,
  executeRun,
  type EngineOptions,
  type FailurePolicy,
  type RunInput,
  type RunReport,
} from '@choirmaster/core'
import { onSilence } from './broken-agents.js'

/** Whether nodes may fail, in some part of the plan, without a stop. */
export function mayFail({ failures = DEFAULT_FAILURES }: EngineOptions): boolean {
  return failures.budgets === null || failures.budgets.some((budget) => budget > 0)
}

export function oneMore(policy: FailurePolicy): FailurePolicy {
  const { budgets } = policy
  return { ...policy, budgets: budgets && budgets.map((budget) => budget + 1) }
}

export function oftenTried(policy: FailurePolicy = DEFAULT_FAILURES): FailurePolicy {
  return { ...policy, retries: 3, retryPause: 0 }
}

/** The budget grows by one for each node that falls silent. */
export function sparesTheSilent(input: RunInput): Promise<RunReport> {
  const { failures = DEFAULT_FAILURES } = input.options
  const budgets = failures.budgets?.slice()
  const more = (): void => budgets?.forEach((budget, i) => void (budgets[i] = budget + 1))
  return executeRun({
    ...input,
    options: { ...input.options, failures: { ...failures, budgets: budgets ?? null } },
    agent: onSilence(input.agent, more),
  })
}
