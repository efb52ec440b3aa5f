import type { EngineOptions } from './options.js'
import type { RunPlan } from './run-plan.js'

/** A number of nodes, or a part of them: a whole number from 1 to 100 and `%`. */
export type Share = number | `${number}%`

/** How fast a plan is run, as it was asked for. */
export interface AskedPace {
  /** Of all nodes of the plan. */
  readonly width: Share
  /** Of a group's nodes; several are a ramp, whose last one repeats. */
  readonly batch?: Share | readonly Share[]
}

/** The part of the options that tells how fast a plan is run. */
export type Pace = Pick<EngineOptions, 'order' | 'width' | 'batch' | 'canary'>

/**
 * Parts in nodes of this plan, rounded down but at least one: no more than what was asked for may be in trouble at
 * once. Numbers stay as they are.
 */
export function resolvePace(
  { width, batch }: AskedPace,
  plan: Pick<RunPlan, 'nodes'> & { readonly groups: readonly ArrayLike<number>[] },
): Pick<EngineOptions, 'width' | 'batch'> {
  const resolved = { width: nodesOf(width, plan.nodes.length) }
  if (batch === undefined) return resolved
  if (typeof batch === 'number') return { ...resolved, batch }
  const ramp = Array.isArray(batch) ? (batch as readonly Share[]) : [batch as Share]
  const sizes = plan.groups.map((group) => ramp.map((share) => nodesOf(share, group.length)))
  return { ...resolved, batch: sizes }
}

function nodesOf(share: Share, nodes: number): number {
  if (typeof share === 'number') return share
  return Math.max(1, Math.floor((nodes * Number.parseInt(share, 10)) / 100))
}

/** Sizes of the batches in which a group of so many nodes is run, one after another, canaries first. */
export function batchesOf(pace: Pace, group: number, nodes: number): readonly number[] {
  const sizes: number[] = []
  for (let rest = nodes; rest > 0;) {
    const size = Math.min(rest, batchSize(pace, group, sizes.length))
    sizes.push(size)
    rest -= size
  }
  return sizes
}

/** How many nodes a batch of a group takes at most, by its position from 0. */
export function batchSize({ batch, canary }: Pace, group: number, position: number): number {
  if (canary !== undefined && position === 0) return canary
  if (batch === undefined) return Infinity
  if (typeof batch === 'number') return batch
  const ramp = batch[group] ?? []
  return ramp[position - (canary === undefined ? 0 : 1)] ?? ramp.at(-1) ?? Infinity
}
