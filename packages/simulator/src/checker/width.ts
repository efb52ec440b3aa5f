import type { Check } from './check.js'

/** S6: runs of ours, from the request that started them to their end, never exceed the width. */
export const checkWidth: Check = ({ options, report }, nodes) => {
  const most = options.batch ?? options.width
  const edges: [number, number][] = []
  for (const { runs } of nodes.values()) {
    for (const run of runs) {
      if (run.by === report.caller) edges.push([run.spawned, 1], [run.over ?? Infinity, -1])
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
