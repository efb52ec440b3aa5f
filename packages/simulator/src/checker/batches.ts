import { batchesOf, type EngineOptions } from '@choirmaster/core'
import type { Moment } from '@choirmaster/core/provide'
import type { Check, Violation } from './check.js'
import { isGood, type NodeHistory } from './history.js'
import type { Judged } from './judged.js'
import { isStray } from './stray.js'
import { isProven, isWaived } from './waived.js'

/**
 * S6: of each group, in the order in which they were asked to run, no node is asked before the canaries had a good run,
 * and in the order groups none before all of the batches before it were over.
 */
export const checkBatches: Check = (judged, nodes) => {
  const { plan, options } = judged
  const { batch, canary, order } = options
  if (batch === undefined && canary === undefined) return []
  return plan.groups.flatMap((group, position): Violation[] => {
    const members = group.map((n) => memberOf(judged, plan.nodes[n] as string, nodes))
    // One that ended before it was asked to run had its place in a batch, but nobody outside can tell in which.
    if (members.some(({ at, isTold }) => at === null && !isTold)) return []
    const began = members.flatMap((member) =>
      member.at === null ? [] : { ...member, at: member.at },
    )
    began.sort((a, b) => a.at - b.at)
    const isUnsure =
      (goesOn(options) && began.length < members.length) || isForgotten(judged, group)
    const sizes =
      order === 'stream' || isUnsure
        ? [canary ?? 0, Infinity]
        : batchesOf(options, position, group.length)
    let from = 0
    for (const size of sizes) {
      const before = began.slice(0, from)
      const until = before.map(({ good, over }, i) => (i < (canary ?? 0) ? good : over))
      const early = began.slice(from, from + size).find(({ at }) => until.some((end) => at < end))
      if (early !== undefined) {
        const message = `was run before the ${from} nodes of its group that come first were done`
        return [{ promise: 'S6', node: early.name, message }]
      }
      from += size
    }
    return []
  })
}

/** Where a run goes on after failures, one that was left out in the middle of a batch had a place in it; only of a group that was asked whole it is known who was in which. */
function goesOn({ failures }: EngineOptions): boolean {
  if (failures === undefined) return false
  return failures.scope === 'application' || !failures.budgets?.every((budget) => budget === 0)
}

/** The store forgot that one of them was run, and with it which batch that was: the sizes begin again. */
function isForgotten({ events, cut }: Judged, group: readonly number[]): boolean {
  if (cut !== true) return false
  return events.some(
    (event) => event.type === 'resumed' && event.lost?.some(({ node }) => group.includes(node)),
  )
}

interface Member {
  readonly name: string
  /** When it was first asked to run; null: never. */
  readonly at: Moment | null
  /** When a run of it was over that proves it, and its last run of ours; Infinity: never. One that was given up is not waited for. */
  readonly good: Moment
  readonly over: Moment
  /** It was left out without being touched, or when nothing more was begun. */
  readonly isTold: boolean
}

function memberOf(judged: Judged, name: string, nodes: ReadonlyMap<string, NodeHistory>): Member {
  const { caller, nodes: results } = judged.report
  const node = { requests: [], runs: [], ...nodes.get(name) }
  const { requests, runs } = node
  const at = requests.find(({ action }) => action === 'runonce')?.sent ?? null
  // One that vanished before it took the run lock, as its node had been disabled meanwhile, never ran.
  const ours = runs.filter(
    (run) =>
      run.by === caller && (run.started ?? run.over) !== run.over && !isStray(run, node, caller),
  )
  const isGivenUp = !isProven(judged, name) && goesOn(judged.options)
  const isAstray = ours.length === 0 && runs.some((run) => isStray(run, node, caller))
  // Not in the order in which they began to load: one may have slept for long.
  const proving = runs.filter((run) => isGood(run) && at !== null && (run.started ?? 0) >= at)
  const proven = Math.min(...proving.map((run) => run.over ?? Infinity))
  const end = isAstray ? proven : Math.max(-Infinity, ...ours.map((run) => run.over ?? Infinity))
  const over = isGivenUp ? -Infinity : end
  const good = proving.length === 0 && isWaived(judged, name) ? over : proven
  const isTold = ['skipped', 'not reached', 'cancelled'].includes(results[name]?.result ?? '')
  return { name, at, good, over, isTold }
}
