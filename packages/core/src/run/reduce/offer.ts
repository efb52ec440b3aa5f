import type { NodeState, RunState } from '../state.js'

/*
 * Which nodes only lack a slot. In the order groups those of the present batch; in the order stream those whose own
 * producers are proven, unless canaries of their group are out. Kept here as things happen, so that no rule has to
 * search.
 */

/** Whether the node may take a slot now. */
export function isOnOffer(state: RunState, n: number): boolean {
  const node = state.nodes[n]
  if (node === undefined || !node.inBatch || node.stage !== 'held' || node.outcome !== null) {
    return false
  }
  if (state.options.order !== 'stream') return true
  return (state.index.openProducers[n] ?? 0) === 0 && (node.canary || !isHeldBack(state, n))
}

/** All canaries of its group are out and not all of them are proven. */
function isHeldBack(state: RunState, n: number): boolean {
  const group = state.index.groupOf[n] ?? 0
  return canariesLeft(state, group) <= 0 && (state.canaries.open[group] ?? 0) > 0
}

/** How many of the next nodes of a group that take a slot are canaries. */
export function canariesLeft({ options, canaries }: RunState, group: number): number {
  return (options.canary ?? 0) - (canaries.chosen[group] ?? 0)
}

/** Something that held the node back is gone. */
export function offer(state: RunState, n: number): void {
  if (isOnOffer(state, n)) state.ready.add(n)
}

/** These are to be run: a batch of the order groups, or all in the order stream. */
export function beginOffer(state: RunState, nodes: readonly number[]): void {
  for (const n of nodes) {
    const node = state.nodes[n]
    if (node === undefined || node.outcome !== null) continue
    node.inBatch = true
    state.unfinished++
    offer(state, n)
  }
}

/** The first nodes of a group that take a slot are its canaries, in either order. */
export function chooseCanary(state: RunState, node: NodeState): void {
  const group = state.index.groupOf[node.n] ?? 0
  if (node.canary || canariesLeft(state, group) <= 0) return
  node.canary = true
  count(state.canaries.chosen, group, 1)
  count(state.canaries.open, group, 1)
}

/** The node is proven: what waited for it alone is on offer. */
export function offerBehind(state: RunState, node: NodeState): void {
  const { consumers, openProducers, groupOf } = state.index
  for (const consumer of consumers[node.n] ?? []) {
    count(openProducers, consumer, -1)
    offer(state, consumer)
  }
  if (!node.canary) return
  const group = groupOf[node.n] ?? 0
  count(state.canaries.open, group, -1)
  if (state.canaries.open[group] === 0) offerGroup(state, group)
}

/** One that is left out before its run tells nothing: the next of its group takes its place. */
export function replaceCanary(state: RunState, node: NodeState): void {
  if (!node.canary) return
  const group = state.index.groupOf[node.n] ?? 0
  count(state.canaries.chosen, group, -1)
  count(state.canaries.open, group, -1)
  offerGroup(state, group)
}

function offerGroup(state: RunState, group: number): void {
  for (const n of state.plan.groups[group] ?? []) offer(state, n)
}

function count(counts: number[], at: number, by: number): void {
  counts[at] = (counts[at] ?? 0) + by
}
