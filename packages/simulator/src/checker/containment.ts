import type { Check, Violation } from './check.js'
import { isProven } from './waived.js'

/** S15: a node is skipped only because of a node that it depends on and that is not proven. */
export const checkContainment: Check = (judged) => {
  const { plan, report } = judged
  const producers = new Map<string, string[]>()
  for (let i = 0; i + 1 < plan.edges.length; i += 2) {
    const from = plan.nodes[plan.edges[i] as number] as string
    const to = plan.nodes[plan.edges[i + 1] as number] as string
    producers.set(to, [...(producers.get(to) ?? []), from])
  }
  const dependsOn = (node: string, cause: string): boolean => {
    const open = [node]
    const seen = new Set(open)
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      for (const producer of producers.get(next) ?? []) {
        if (producer === cause) return true
        if (!seen.has(producer)) open.push(producer)
        seen.add(producer)
      }
    }
    return false
  }
  return Object.entries(report.nodes).flatMap(([node, { because }]): Violation[] => {
    if (because === null) return []
    if (!dependsOn(node, because))
      return [
        {
          promise: 'S15',
          node,
          message: `skipped because of ${because}, on which it does not depend`,
        },
      ]
    if (isProven(judged, because))
      return [{ promise: 'S15', node, message: `skipped because of ${because}, which is proven` }]
    return []
  })
}
