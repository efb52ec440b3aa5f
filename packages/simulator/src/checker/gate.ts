import type { Moment } from '@choirmaster/core/provide'
import { probeText } from '@choirmaster/core'
import type { Check, Violation } from './check.js'
import type { NodeHistory } from './history.js'
import type { Judged } from './judged.js'

/**
 * S1: no run of ours is asked for before each producer of the node answered once more after its own run had been judged,
 * and then passed each of its checks.
 */
export const checkGate: Check = (judged, nodes) => {
  const { plan, options } = judged
  if (options.gate === undefined) return []
  const violations: Violation[] = []
  for (let i = 0; i + 1 < plan.edges.length; i += 2) {
    const producer = plan.edges[i] as number
    const consumer = plan.nodes[plan.edges[i + 1] as number] as string
    const begun = nodes.get(consumer)?.requests.find(({ action }) => action === 'runonce')?.sent
    if (begun === undefined) continue
    const why = unpassed(judged, nodes.get(plan.nodes[producer] as string), producer, begun)
    if (why === null) continue
    const message = `was run although its producer ${plan.nodes[producer] ?? ''} ${why}`
    violations.push({ promise: 'S1', node: consumer, message })
  }
  return violations
}

/** What of the gate is missing at a moment; null: nothing. */
function unpassed(
  { options, wire, plan }: Judged,
  node: NodeHistory | undefined,
  producer: number,
  at: Moment,
): string | null {
  const known = (node?.requests ?? []).filter(
    ({ answered, acted }) => answered && acted !== null && acted <= at,
  )
  const judged = known.findLast(({ action }) => action === 'last_run_summary')
  const answered = known.find(
    ({ action, order }) => action === 'status' && order > (judged?.order ?? Infinity),
  )
  if (answered === undefined) return 'had not answered again'
  const checks = options.gate?.checks.filter(({ nodes }) => nodes.includes(producer)) ?? []
  const open = checks.find(
    ({ probe }) =>
      !wire.some(
        (entry) =>
          entry.what === 'check' &&
          entry.node === plan.nodes[producer] &&
          entry.check === probeText(probe) &&
          entry.passed &&
          entry.at >= answered.sent &&
          entry.at <= at,
      ),
  )
  return open === undefined ? null : `had not passed ${probeText(open.probe)}`
}
