import type { Moment } from '../../ports/clock.js'
import type { NodeState, RunState, Stop } from '../state.js'
import { halt } from './moves.js'

/** The time of the run is over: it stops, unless all that it was to start has been started. */
export function onUntil(state: RunState, at: Moment): void {
  state.untilPassed = true
  if (!state.nodes.some((node) => node.outcome === null && !isUnderWay(node))) return
  halt(state, untilStop(state), at)
}

export function untilStop({ options }: RunState): Stop {
  const reason = `nothing new starts after ${options.until ?? ''}`
  return { kind: 'until', code: 'until-passed', reason, node: null }
}

/** Its run was requested, or is over: nothing has to be started for its result. */
function isUnderWay({ stage, change }: NodeState): boolean {
  if (stage === 'requesting') return change?.change === 'run'
  return ['running', 'settling', 'judging', 'answering', 'checking'].includes(stage)
}
