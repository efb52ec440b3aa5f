import { DEFAULT_FAILURES, type FailureLimit, type FailurePolicy } from '@choirmaster/core'
import type { ConfigDocument } from './config.schema.js'
import { milliseconds } from './duration.js'

/** A failure policy before it is known of how many nodes. */
export type AskedFailures = Omit<FailurePolicy, 'budgets'>

/** The policy as the configuration in force says. */
export function askedFailures({ run = {} }: ConfigDocument): AskedFailures {
  const { scope, max, on_failure, retries, retry_pause } = run.failures ?? {}
  const onFailure = on_failure ?? DEFAULT_FAILURES.onFailure
  return {
    scope: scope ?? DEFAULT_FAILURES.scope,
    onFailure,
    // Whoever asks for dependents to be skipped wants to go on with the rest.
    maxFailures: (max as FailureLimit | undefined) ?? (onFailure === 'stop' ? 0 : null),
    retries: retries ?? DEFAULT_FAILURES.retries,
    retryPause: retry_pause === undefined ? DEFAULT_FAILURES.retryPause : milliseconds(retry_pause),
  }
}
