import type { Milliseconds, Moment } from '@choirmaster/core/provide'
import { spentAt } from './budgets.js'
import type { Check, Violation } from './check.js'
import { deaths } from './deaths.js'
import type { Judged } from './judged.js'
import { isWaived } from './waived.js'

/** From the last question to a node until it is given up: nobody asks less often, and an answer is waited for. */
const GIVEN_UP_MS: Milliseconds = 45_000

/**
 * S7: a node whose run nobody saw to its end counts in the budget as one that was read to have failed. It is given up soon
 * after it was asked last. Not judged where that may be otherwise: a process died, stood still or heard nothing, or a
 * witness is waited for.
 */
export const checkGivenUp: Check = (judged, nodes) => {
  const { standstills, deaf = [], patience = 0, cut = false } = judged
  const isHindered = standstills.length > 0 || deaf.some(({ from }) => Number.isFinite(from))
  // Of a death after which the store takes nothing any more no record tells.
  if (isHindered || patience > 0 || cut || deaths(judged).length > 0) return []
  const release = releasedAt(judged)
  const spent = spentAt(judged, (name) => {
    const { requests = [], locks = [] } = nodes.get(name) ?? {}
    const isOurs = locks.some(({ by }) => by === judged.report.caller)
    if (!isOurs || !isCounted(judged, name)) return Infinity
    return Math.max(...requests.flatMap(({ sent }) => (sent < release ? [sent] : []))) + GIVEN_UP_MS
  })
  return [...nodes.values()].flatMap((node): Violation[] => {
    const over = spent(node.name)
    const late = node.requests.find(({ action, sent }) => action === 'runonce' && sent > over)
    if (late === undefined) return []
    const message = `was run ${Math.round((late.sent - over) / 1000)} s after more nodes were given up than the budget allows`
    return [{ promise: 'S7', node: node.name, message }]
  })
}

/**
 * Ended without proof by its own doing. A gate goes on after the run, and has times of its own; one that failed may have
 * rested before a further try until the run was stopped.
 */
function isCounted(judged: Judged, name: string): boolean {
  const { result = '', code = '' } = judged.report.nodes[name] ?? {}
  const mayRest = result === 'failed' && (judged.options.failures?.retries ?? 0) > 0
  const isFailed = ['failed', 'unknown', 'refused'].includes(result)
  // Given up by a hard interrupt, and watched until then.
  if (code === 'run-abandoned') return false
  return isFailed && !mayRest && !code.startsWith('gate') && !isWaived(judged, name)
}

/** From then on nodes are asked for other reasons than their runs. */
function releasedAt({ wire }: Judged): Moment {
  const release = wire.find(
    (entry) =>
      entry.what === 'durable' &&
      entry.events.some((event) => event.type === 'phase' && event.phase === 'release'),
  )
  return release?.at ?? Infinity
}
