import type { Check, Violation } from './check.js'

/** S1: no run of ours begins before a good run of ours ended on every producer. */
export const checkOrder: Check = ({ plan, report }, nodes) => {
  const violations: Violation[] = []
  const ours = report.caller
  for (let i = 0; i + 1 < plan.edges.length; i += 2) {
    const producer = plan.nodes[plan.edges[i] as number] as string
    const consumer = plan.nodes[plan.edges[i + 1] as number] as string
    const first = nodes.get(consumer)?.runs.find((run) => run.by === ours)
    if (first === undefined) continue
    const proven = nodes
      .get(producer)
      ?.runs.some((run) => run.good && run.ended !== null && run.ended <= first.spawned)
    if (proven !== true) {
      violations.push({
        promise: 'S1',
        node: consumer,
        message: `was run before its producer ${producer} had a good run`,
      })
    }
  }
  return violations
}
