import type { Moment } from '@choirmaster/core/provide'
import type { Check } from './check.js'
import type { NodeHistory, PuppetRun } from './history.js'
import { isStray } from './stray.js'

/**
 * A process that has not taken the run lock when its node is disabled never runs: it finds the node disabled and goes.
 * Such is ours when cron's run began after our request and was taken for it.
 */
function endOf(run: PuppetRun, node: NodeHistory, caller: string): Moment {
  const over = run.over ?? Infinity
  if (run.started !== null && !isStray(run, node, caller)) return over
  const disabled = node.locks.find(
    ({ what, by, at }) => what === 'disabled' && by === caller && at >= run.spawned,
  )
  return Math.min(over, disabled?.at ?? Infinity)
}

/** S6: runs of ours, from the request that started them to their end, never exceed the width. */
export const checkWidth: Check = ({ options, report }, nodes) => {
  const most = options.width
  const edges: [number, number][] = []
  for (const node of nodes.values()) {
    for (const run of node.runs) {
      if (run.by === report.caller)
        edges.push([run.spawned, 1], [endOf(run, node, report.caller), -1])
    }
  }
  edges.sort((a, b) => a[0] - b[0] || a[1] - b[1])
  let running = 0
  for (const [, step] of edges) {
    running += step
    if (running > most)
      return [{ promise: 'S6', message: `${running} nodes ran at once, ${most} are allowed` }]
  }
  return []
}
