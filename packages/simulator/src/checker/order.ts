import type { Check, Violation } from './check.js'
import { earliestProof } from './earliest-proof.js'
import { isGood } from './history.js'
import { isWaived } from './waived.js'

/** S1: no run of ours begins before a good run ended on every producer, unless the report says that it was waived. */
export const checkOrder: Check = (judged, nodes) => {
  const { plan, report } = judged
  const violations: Violation[] = []
  for (let i = 0; i + 1 < plan.edges.length; i += 2) {
    const producer = plan.nodes[plan.edges[i] as number] as string
    const consumer = plan.nodes[plan.edges[i + 1] as number] as string
    const first = nodes.get(consumer)?.runs.find((run) => run.by === report.caller)
    if (first === undefined || isWaived(judged, producer)) continue
    const before = nodes.get(producer)
    const { runs = [] } = before ?? {}
    const asked = before === undefined ? Infinity : earliestProof(before, judged)
    // Somebody else's run that began after our request compiled the same code.
    const proven = runs.some((run) => {
      const { started, over } = run
      return (
        isGood(run) &&
        started !== null &&
        started >= asked &&
        over !== null &&
        over <= first.spawned
      )
    })
    if (proven) continue
    const message = `was run before its producer ${producer} had a good run`
    violations.push({ promise: 'S1', node: consumer, message })
  }
  return violations
}
