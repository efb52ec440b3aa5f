import type { Moment } from '@choirmaster/core/provide'
import type { Check, Violation } from './check.js'
import { firstAsked, type NodeHistory } from './history.js'
import type { Judged } from './judged.js'
import { isProven } from './waived.js'

/** S10: in the order groups no node is asked to run before every node of the groups before is done with. */
export const checkGroups: Check = (judged, nodes) => {
  const { plan, options } = judged
  if (options.order !== 'groups') return []
  const names = plan.groups.map((group) => group.map((n) => plan.nodes[n] as string))
  return names.flatMap((group, position): Violation[] => {
    const before = names.slice(0, position).flat()
    return group.flatMap((name): Violation[] => {
      const at = firstAsked(nodes.get(name))
      if (at === undefined) return []
      const early = before.find((one) => isUnderWay(judged, nodes.get(one), at))
      if (early === undefined) return []
      const message = `was run before ${early} of an earlier group was done with`
      return [{ promise: 'S10', node: name, message }]
    })
  })
}

/** It was asked for a run later, or one that was to prove it went on. One that was given up may go on for ever. */
function isUnderWay(judged: Judged, node: NodeHistory | undefined, at: Moment): boolean {
  if (node === undefined) return false
  if (node.requests.some(({ action, sent }) => action === 'runonce' && sent >= at)) return true
  return (
    isProven(judged, node.name) &&
    node.runs.some(
      ({ by, spawned, started, over }) =>
        by === judged.report.caller &&
        started !== null &&
        spawned < at &&
        (over === null || over > at),
    )
  )
}
