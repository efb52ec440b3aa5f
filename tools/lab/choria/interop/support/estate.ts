import type { Network } from '../../lib/network.mjs'

/** Message of each node's lock, read from its own disk; null: enabled. */
export async function locksOf(network: Network): Promise<Record<string, string | null>> {
  const locks = network.nodes.map(
    async (node) => [node, (await network.node(node).lock()) ?? null] as const,
  )
  return Object.fromEntries(await Promise.all(locks))
}

/** The run that each node's own record shows; milliseconds since 1970. */
export interface SeenRun {
  readonly start: number
  readonly end: number
}

/** All runs of each node that took its lock, by the node's own record; `end` is Infinity for one without an end. */
export async function runsOf(network: Network): Promise<Record<string, readonly SeenRun[]>> {
  const all: Record<string, readonly SeenRun[]> = {}
  for (const node of network.nodes) {
    const notes = await network.node(node).runs()
    all[node] = notes
      .filter(({ what }) => what === 'start')
      .map(({ pid, at }) => ({
        start: at,
        end: notes.find((note) => note.pid === pid && note.what === 'end')?.at ?? Infinity,
      }))
  }
  return all
}

/** How often each node ran. */
export async function countRuns(network: Network): Promise<Record<string, number>> {
  const runs = Object.entries(await runsOf(network))
  return Object.fromEntries(runs.map(([node, list]) => [node, list.length]))
}
