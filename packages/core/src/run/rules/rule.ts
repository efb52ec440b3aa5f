import type { Moment } from '../../ports/clock.js'
import type { Effect } from '../effects.js'
import type { RunState } from '../state.js'

/** A rule says what is to be done now, or nothing. Rules do not call each other. */
export type Rule = (state: RunState, now: Moment) => readonly Effect[]
