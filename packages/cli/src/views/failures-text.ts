import type { FailurePolicy } from '@choirmaster/core'
import { duration } from './time.js'
import { count } from './words.js'

/** What a plan does about nodes that are not proven: `Stops when more than 3 of 60 nodes (5%) are not proven`. */
export function failuresText(policy: FailurePolicy, nodes: number): string {
  return [limitText(policy, nodes), ...retryText(policy)].join('; ')
}

function limitText({ scope, maxFailures, budgets }: FailurePolicy, nodes: number): string {
  if (maxFailures === null || budgets === null) {
    return 'Goes on with all that does not depend on a node that is not proven'
  }
  if (scope === 'run') {
    const [budget = 0] = budgets
    if (budget === 0) return 'Stops at the first node that is not proven'
    const part = typeof maxFailures === 'string' ? ` (${maxFailures})` : ''
    return `Stops when more than ${budget} of ${count(nodes, 'node')}${part} are not proven`
  }
  const most = typeof maxFailures === 'string' ? maxFailures : String(maxFailures)
  const than = maxFailures === 0 ? 'a node' : `more than ${most} of the nodes`
  const verb = maxFailures === 0 ? 'is' : 'are'
  return scope === 'group'
    ? `Stops when ${than} of a group ${verb} not proven`
    : `Ends an application when ${than} of it ${verb} not proven, and goes on with the others`
}

function retryText({ retries, retryPause }: FailurePolicy): readonly string[] {
  if (retries === 0) return []
  const times = retries === 1 ? 'once' : `up to ${retries} times`
  return [`a run that failed is tried again ${times}, at least ${duration(retryPause)} later`]
}
