import type { Clock, Moment } from '../ports/clock.js'
import type { Json, Notice } from '../providers/common.js'
import type { Finding, NodeAgent } from '../providers/agent.js'
import type { RunId, RunStore } from '../providers/store.js'
import type { Witness } from '../providers/witness.js'
import type { RunEvent } from './events.js'
import type { EngineOptions } from './options.js'
import type { Prober } from './policy/gate.js'
import type { PastRuns } from './past-runs.js'
import type { RunPlan } from './run-plan.js'

/**
 * Why nothing happens for a while. `sent-last`: what another run sent last to these nodes may still act.
 * `maybe-lost`: so it may, and the store may have lost the record of it: the nodes are asked after that.
 */
export interface Waiting {
  readonly why: 'sent-last' | 'maybe-lost'
  readonly run: RunId
  readonly until: Moment
}

/**
 * What does not keep a run from its end. `ended-unknown`: the store cannot say which runs ended a moment ago, so that what they
 * sent last is not waited for. `not-given-back`: the run is over, and its lock could not be given back.
 */
export interface Trouble {
  readonly why: 'ended-unknown' | 'not-given-back'
  readonly message: string
}

/** What a run needs from outside. */
export interface RunInput {
  readonly run: RunId
  readonly plan: RunPlan
  readonly options: EngineOptions
  /** How the plan can be made again, kept for whoever resumes the run. */
  readonly origin?: Json
  /** An earlier run whose nodes this one takes over. */
  readonly adopt?: RunId
  /** How long runs took so far; absent: nothing is known. */
  readonly past?: PastRuns
  /** What the source of the graph has against nodes, by name: the look takes it for a finding of its own. */
  readonly findings?: ReadonlyMap<string, Finding>
  readonly agent: NodeAgent
  readonly store: RunStore
  /** Who else is told how runs end; absent: the nodes' word is all there is. */
  readonly witness?: Witness
  readonly clock: Clock
  /** Makes the checks of gates; absent: none passes. */
  readonly probe?: Prober
  /** Asked once, when the look is complete and nothing speaks against the run; events so far were given to `onEvents`. */
  confirm(): Promise<'operator' | 'flag' | 'declined'>
  /** Told before anything is done, when something has to be waited for. */
  onWait?(waiting: Waiting): void
  onTrouble?(trouble: Trouble): void
  /** Each batch of events as it happens, journalled or about to be; must not throw and must return quickly. */
  onEvents(events: readonly RunEvent[]): void
  /**
   * Notices of providers from now on: those that are not for debugging become events.
   * @returns stops it
   */
  listen?(notice: (notice: Notice) => void): () => void
  /** Aborts on the first interrupt: start nothing new, watch what runs, release, report. */
  readonly soft: AbortSignal
  /** Aborts on the second: stop watching and report what is not known. */
  readonly hard: AbortSignal
}
