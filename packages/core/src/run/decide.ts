import type { Moment } from '../ports/clock.js'
import type { Effect } from './effects.js'
import type { Rule } from './rules/rule.js'
import { due } from './rules/due.js'
import { fillSlots } from './rules/slots.js'
import { finishLook } from './rules/look.js'
import { hold } from './rules/hold.js'
import { nextBatch } from './rules/groups.js'
import { skipDependents } from './rules/skip-dependents.js'
import { untilPassed } from './rules/until.js'
import { tellBudget } from './rules/budget.js'
import { beginStream } from './rules/stream.js'
import { releaseComplete } from './rules/release-complete.js'
import { wrapUp } from './rules/wrap-up.js'
import type { RunState } from './state.js'

/**
 * The rules of a run, in the order in which they are asked; the first that has something to say is heard, as what
 * it says may change what the others would. Orders, batches, budgets and cancels are rules here, none an engine.
 */
const RULES: readonly Rule[] = [
  finishLook, // look → refuse, or ask the operator
  untilPassed, // nothing new starts after this time
  tellBudget, // the arithmetic of a failure budget that is spent
  skipDependents, // what depends on a node that is not proven, while the budget lasts
  hold, // disable one node, prove that we may enable it, then the rest; wait until all are idle
  releaseComplete, // enable what belongs to complete applications only
  wrapUp, // after a stop or the last group: results for the rest, who stays disabled, the end
  nextBatch, // order groups: the next batch or group once the present one is judged
  beginStream, // order stream: all are one batch, in which a node waits for its own producers only
  fillSlots, // start what is ready while a slot is free
  due, // questions and changes whose time has come
]

/**
 * What is to be done now: the same journal and time give the same effects. Costs what is due, not what exists.
 * Call it again after each recorded event until it returns nothing.
 */
export function decide(state: RunState, now: Moment): readonly Effect[] {
  if (state.phase === 'ended') return []
  for (const rule of RULES) {
    const effects = rule(state, now)
    if (effects.length > 0) return effects
  }
  return []
}
