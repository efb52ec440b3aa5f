import { resumeRun, type NodeStatus } from '@choirmaster/core'
import type { GoOn } from '../promises/run-case.js'

/** Whoever goes on takes what the process before had read of a node for its first answer. */
export const believesTheDead: GoOn = async (input) => {
  const { agent, store, run } = input
  const call = { signal: new AbortController().signal }
  const read = new Map<string, NodeStatus>()
  let names: readonly string[] = []
  for await (const event of (await store.open(run, call)).read(0, call)) {
    if (event.type === 'created') names = event.plan.nodes
    if (event.type !== 'observed') continue
    for (const { node, status } of event.nodes) read.set(names[node] ?? '', status)
  }
  return resumeRun({
    ...input,
    agent: {
      ...agent,
      async *status(nodes, asked) {
        const fresh: string[] = []
        for (const node of nodes) {
          const value = read.get(node)
          read.delete(node)
          if (value === undefined) fresh.push(node)
          else yield { node, ok: true, value }
        }
        if (fresh.length > 0) yield* agent.status(fresh, asked)
      },
    },
  })
}
