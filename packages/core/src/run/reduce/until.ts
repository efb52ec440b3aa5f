import type { Moment } from '../../ports/clock.js'
import type { NodeState, RunState } from '../state.js'
import { halt } from './moves.js'

/** The time of the run is over: it stops, unless all that it was to start has been started. */
export function onUntil(state: RunState, at: Moment): void {
  state.untilPassed = true
  if (!state.nodes.some((node) => node.outcome === null && !isUnderWay(node))) return
  const reason = `nothing new starts after ${state.options.until ?? ''}`
  halt(state, { kind: 'until', code: 'until-passed', reason, node: null }, at)
}

/** Its run was requested, or is over: nothing has to be started for its result. */
function isUnderWay({ stage, change }: NodeState): boolean {
  if (stage === 'requesting') return change?.change === 'run'
  return ['running', 'settling', 'judging', 'answering', 'checking'].includes(stage)
}
