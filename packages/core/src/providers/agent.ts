import type { Milliseconds, Moment } from '../ports/clock.js'
import type { Problem } from '../errors/coded-error.js'
import type { Call, Closable, Host, Json, Nodes, Stream } from './common.js'
import type { SilenceReason, Transport } from './transport.js'

/**
 * What a failed call says of its effect. `none`: nothing was done. `maybe`: it may have been, or may still be.
 * `done`: it was done although the answer is an error.
 */
export type Effect = 'none' | 'maybe' | 'done'

/**
 * A failed call: a coded problem; `silence` is set when nobody answered, else the node itself said so. The engine
 * knows four codes: `node-denied`, `node-input-refused` and `node-unknown-action` are not tried again, nor is a run
 * after `node-options-refused`.
 */
export interface CallProblem extends Problem {
  readonly silence?: SilenceReason
}

export type Outcome<T> = { readonly node: string } & (
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: CallProblem; readonly effect: Effect }
)

/** A node's own word on itself. Times are seconds of the node's clock, as its agent gives them. */
export interface NodeStatus {
  readonly enabled: boolean
  /** The disable message, verbatim; absent when enabled, '' when there is none. */
  readonly message?: string
  /** A Puppet run holds the run lock. */
  readonly applying: boolean
  /** End of the last run that was recorded; 0: never. */
  readonly lastRun: number
  /** The node's clock when it answered. */
  readonly now: number
  /** A Puppet daemon is present. */
  readonly daemon: boolean
}

/** One request for a Puppet run and what is known about it; the input of `progress` and `judge`. */
export interface Attempt {
  /** 1 for the first. */
  readonly number: number
  /** The status read immediately before the node was enabled. */
  readonly before: NodeStatus
  /**
   * When the run was requested, seconds of the node's clock: as the agent answered, whole, or the least that it can have
   * been where the answer was lost.
   */
  readonly requestedAt: number
  /** Whether `requestedAt` is the node's own word. */
  readonly acknowledged: boolean
  /** A status since the request said that a run is applying. */
  readonly seenApplying: boolean
  /** How many statuses in a row looked lost (see `progress`). */
  readonly lostFor: number
  /** What was asked for. */
  readonly options: RunOptions
  /**
   * For `judge`: by how many seconds at most the node's clock can have been set back between `before` and the settled
   * status, as far as these two show. A run of ours may look older than its request by as much. Absent: nobody can tell.
   */
  readonly setBackAtMost?: number
}

/** What a Puppet run is asked to do; the same for all nodes of a run. */
export interface RunOptions {
  readonly noop: boolean
  /** Environment to enforce; absent: the node's own. */
  readonly environment?: string
}

/**
 * - `running`: applying. - `ended`: over and recorded. - `not-started`: nothing seen yet; the engine's start
 * deadline decides. - `lost`: seen applying, is over, and recorded nothing. - `foreign`: another run is in the way.
 * - `clock`: the node's clock stepped, times prove nothing.
 */
export type Progress = 'running' | 'ended' | 'not-started' | 'lost' | 'foreign' | 'clock'

/** What a witness says about the last run of a node; `facts` is journalled, so it holds no log text and no secret. */
export interface Evidence {
  readonly witness: string
  readonly facts: Json
}

/** How a run ended. `again`: not decidable yet, ask again (bounded). `foreign`: the evidence is of another run, for certain, and ours can have made none: request once more. */
export interface Verdict {
  readonly result:
    'changed' | 'unchanged' | 'failed' | 'unknown' | 'unverified' | 'foreign' | 'again'
  /** Stable code of the row that decided: `puppet-resources-failed`. */
  readonly code: string
  /** A sentence for the operator. */
  readonly reason: string
  readonly warnings: readonly string[]
  readonly evidence: Readonly<Record<string, Json>>
}

/** What the read-only look learns of what we may do on a node. */
export interface Permissions {
  readonly disable: 'allowed' | 'denied' | 'unknown'
  readonly run: 'allowed' | 'denied' | 'unknown'
}

/**
 * A finding of the look. `blocks`: the node is not ready, the run refuses or drops it. Two codes have a meaning of
 * their own: `look-not-provable` blocks no longer where unverified runs are accepted, `look-failing` is shown apart.
 */
export interface Finding {
  readonly code: string
  readonly message: string
  readonly hint?: string
  readonly blocks: boolean
}

/** What the look learned of a node that answered. */
export interface Look {
  readonly status: NodeStatus
  readonly evidence?: Outcome<Evidence>
  readonly permissions?: Outcome<Permissions>
}

/**
 * Acts on nodes and reads them. Calls yield an outcome for each node exactly once.
 * `assess`, `progress` and `judge` are pure: their results are journalled, so that `decide` calls no plugin.
 */
export interface NodeAgent extends Closable {
  /** Who we are to the nodes; goes into the lock text. */
  readonly caller: string
  /** How long after it was signed an unanswered change may still happen: H = 2 x ttl + agent timeout (promises, S16). */
  readonly openFor: Milliseconds
  /** When the certificate or token ends that we are known by; absent: never, or it is not known. */
  readonly validUntil?: Moment
  status(nodes: Nodes, call: Call): Stream<Outcome<NodeStatus>>
  /** Disables with this message (at most 120 shell-safe characters) where enabled; an existing message is kept. */
  disable(nodes: Nodes, message: string, call: Call): Stream<Outcome<null>>
  /** Enables. The engine has read `onlyIf` immediately before; an agent that can compare and delete does so. */
  enable(nodes: Nodes, onlyIf: string, call: Call): Stream<Outcome<null>>
  /** Asks for a run; `at` is the node's clock, seconds, when it was started. Success is no proof that it will start. */
  requestRun(
    nodes: Nodes,
    options: RunOptions,
    call: Call,
  ): Stream<Outcome<{ readonly at: number }>>
  evidence(nodes: Nodes, call: Call): Stream<Outcome<Evidence>>
  /** Asks, without any effect, what we may do. Absent: the agent cannot tell. */
  permissions?(nodes: Nodes, call: Call): Stream<Outcome<Permissions>>
  /** Names of all nodes that can be reached. Absent: they cannot be discovered. */
  discover?(call: Call): Stream<string>
  /** @param environment that of the graph: a node whose last run ended in another one is not ready, unless one is enforced. */
  assess(look: Look, options: RunOptions, environment: string): readonly Finding[]
  /** `elapsed`: how much our own clock moved between the two statuses, to notice a node clock that stepped. */
  progress(attempt: Attempt, latest: NodeStatus, elapsed: Milliseconds): Progress
  /**
   * Whether what a witness was told is of the run that was requested, or of one that stands in its place: the node is
   * asked at once then. Absent: the agent cannot tell.
   * @param settled where it is given, it must be of the run whose end this status tells
   */
  recognises?(attempt: Attempt, witnessed: Evidence, settled?: NodeStatus): boolean
  /**
   * Evidence of witnesses may stand beside the node's own, or alone where that cannot be had. It resolves what the
   * node leaves open, and a failure that it tells of is one.
   * @param settled the status after the run ended and the node was disabled again. */
  judge(attempt: Attempt, settled: NodeStatus, evidence: readonly Evidence[]): Verdict
}

export interface AgentHost extends Host {
  /** Opened when first asked for; the same one each time. */
  transport(): Promise<Transport>
}

/** When something was asked and answered, our clock. */
export interface Asked {
  readonly askedAt: Moment
  readonly answeredAt: Moment
}
