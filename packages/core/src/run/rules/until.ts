import type { Rule } from './rule.js'
import type { RunState } from '../state.js'

/** Nothing new starts after the moment that the options name; until something was confirmed nothing can. */
export const untilPassed: Rule = (state, now) =>
  now < nextUntil(state) ? [] : [{ do: 'record', event: { type: 'until' } }]

/** When the run has to be told that its time is over; Infinity: never, or it was. */
export function nextUntil(state: RunState): number {
  const { phase, refused, stop, untilPassed: passed, untilAt } = state
  const isOpen = phase === 'proof' || phase === 'lock' || phase === 'drain' || phase === 'run'
  return isOpen && !passed && refused === null && stop === null ? untilAt : Infinity
}
