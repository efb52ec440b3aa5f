import type { Moment } from '../../ports/clock.js'
import type { NodeState, RunState } from '../state.js'

/** H + 15 s: a request that acts at the last moment still needs to load Ruby (puppet agent notes, 3.1: 13 s seen). */
export const START_MARGIN_MS = 15_000

/** From then on a status that shows nothing means that the run that was requested last never started, and will not. */
export function startBy({ options, openFor }: RunState, node: NodeState): Moment {
  return node.requestedAt + Math.max(options.limits.start, openFor + START_MARGIN_MS)
}
