import type { Evidence, Finding, NodeStatus, Progress, Verdict } from '../providers/agent.js'
import type { Moment } from '../ports/clock.js'
import type { Json } from '../providers/common.js'
import type { RunCode } from './codes.js'
import type { EngineOptions } from './options.js'
import type { NodeResult, RunEnding } from './report-types.js'
import type { SpentBudget } from './policy/failure-policy.js'
import type { PastRuns } from './past-runs.js'
import type { RunPlan } from './run-plan.js'

/** What a change does to a node. */
export type Change = 'disable' | 'enable' | 'run'
/** Why it is done. `proof`: the first node alone shows that we may enable before the rest is disabled. */
export type Purpose = 'lock' | 'proof' | 'start' | 'settle' | 'release'

/** What the engine asks a node. */
export type Question = 'status' | 'evidence'

/** How the look sorted a node. */
export type Readiness =
  | 'ready'
  | 'busy'
  | 'failing'
  | 'disabled'
  | 'ours'
  | 'not-connected'
  | 'no-answer'
  | 'not-provable'
  | 'refused'

/**
 * What a node shows of changes that no record tells of. `disabled`: it holds our message, or may as it says nothing.
 * `released`: it was proven and is enabled already. `maybe-ran`: it was enabled, or a run began or ended on it.
 * `silent`: it says nothing. `maybe-retried`: its run is under way by the journal, and may have failed and been tried
 * again since.
 */
export interface LostChange {
  readonly node: number
  readonly found: 'disabled' | 'released' | 'maybe-ran' | 'silent' | 'maybe-retried'
  /** As it was found; absent of a silent one. */
  readonly status?: NodeStatus
}

export interface LookedNode {
  readonly node: number
  readonly readiness: Readiness
  readonly findings: readonly Finding[]
  readonly status?: NodeStatus
  /** It is disabled by the run whose nodes this one takes over. */
  readonly adopted?: true
}

/** What a change was answered with, a node. */
export interface ChangeAnswer {
  readonly node: number
  /** `done`, or what the failure says of the effect; `maybe` with `silent` is open until H has passed. */
  readonly effect: 'done' | 'none' | 'maybe'
  readonly silent?: boolean
  /** The request never left: nothing comes of it, and the node has said nothing. */
  readonly unsent?: true
  readonly code?: string
  readonly message?: string
  /** Answer to `run`: when it was started, seconds of the node's clock. */
  readonly startedAt?: number
}

/** A status that was worth keeping. */
export interface Observed {
  readonly node: number
  readonly status: NodeStatus
  /** Set while a run of ours is in flight. */
  readonly progress?: Progress
}

export interface LeftNode {
  readonly node: number
  readonly result: NodeResult
  readonly code: string
  readonly reason: string
  /** The node that it was left out because of. */
  readonly because?: number
}

/** What the checks of a node's gate found: all passed, or one did not. */
export interface CheckedNode {
  readonly node: number
  readonly passed: boolean
  /** Which ones: `tcp 3306`. */
  readonly check: string
  readonly message: string
}

interface At {
  readonly at: Moment
}

/** Everything that happens in a run; the journal holds these and nothing else is needed to report, show or resume it. */
export type RunEvent = At &
  (
    | {
        readonly type: 'created'
        /** Version of this format. */
        readonly version: 1
        readonly run: string
        readonly caller: string
        readonly lockText: string
        /** H of the agent, ms. */
        readonly openFor: number
        readonly options: EngineOptions
        readonly plan: RunPlan
        /** The earlier run whose nodes it takes over. */
        readonly adopts?: string
        /** Those whose nodes that one took over, the newest first: what it had not run yet carries their messages still. */
        readonly adoptsToo?: readonly string[]
        /** Whether somebody else than the nodes is told how runs end, so that nodes without a readable log can be judged. */
        readonly witnessed?: true
        /** How long runs took so far, as far as that was known when it began; absent: nothing was. */
        readonly past?: PastRuns
        /** How the plan can be made again, for whoever resumes the run; absent: it cannot. */
        readonly origin?: Json
      }
    /** Another process goes on with the run: what was under way is looked at anew. */
    | {
        readonly type: 'resumed'
        readonly by: string
        /** Nodes that are not as the journal says, where the store may have lost the end of it (promises, S18). */
        readonly lost?: readonly LostChange[]
      }
    | { readonly type: 'looked'; readonly nodes: readonly LookedNode[] }
    /** The look is complete; the run may go on if it is confirmed. */
    | { readonly type: 'ready' }
    | { readonly type: 'refused'; readonly code: RunCode; readonly reason: string }
    | { readonly type: 'confirmed'; readonly by: 'operator' | 'flag' }
    | { readonly type: 'declined' }
    | {
        readonly type: 'phase'
        /** `proof`: one node alone is disabled, enabled and disabled again before the rest is touched. */
        readonly phase: 'proof' | 'lock' | 'drain' | 'run' | 'release'
        /** Set with `run`: positions of the group and of the batch in it, from 0; set with `proof`: neither. */
        readonly group?: number
        readonly batch?: number
        /** The nodes that the phase, group or batch is about. */
        readonly nodes: readonly number[]
      }
    /** These take a slot each. */
    | { readonly type: 'started'; readonly nodes: readonly number[] }
    /** Their run was not requested, as the run had been stopped meanwhile. */
    | { readonly type: 'withheld'; readonly nodes: readonly number[] }
    /** Their failed run is tried again: they wait for a slot. */
    | { readonly type: 'retry'; readonly nodes: readonly number[] }
    /** Durable before its request leaves (promises, S13). */
    | {
        readonly type: 'intent'
        readonly id: number
        readonly change: Change
        readonly purpose: Purpose
        readonly nodes: readonly number[]
        /** In journals of release 0.1.0, with `run`: the baseline of each node, which an event before it holds. */
        readonly before?: readonly NodeStatus[]
        readonly attempts?: readonly number[]
      }
    | {
        readonly type: 'answered'
        readonly intent: number
        /** When the request left, where some did not answer to it: they may act for H from then on. */
        readonly sent?: Moment
        readonly nodes: readonly ChangeAnswer[]
      }
    | { readonly type: 'observed'; readonly askedAt: Moment; readonly nodes: readonly Observed[] }
    | {
        readonly type: 'silent'
        readonly askedAt: Moment
        readonly question: Question
        readonly nodes: readonly number[]
        readonly message: string
      }
    | {
        readonly type: 'judged'
        readonly node: number
        readonly attempt: number
        readonly verdict: Verdict
        /** What witnesses said that the verdict took into account. */
        readonly witnesses?: readonly Evidence[]
      }
    /** Checks of gates; those that did not pass and are made again are left out. */
    | { readonly type: 'checked'; readonly nodes: readonly CheckedNode[] }
    /** The time of `options.until` has come. */
    | { readonly type: 'until' }
    /** Results of nodes that no evidence is asked about: what a failure, a cancel or the look left out. */
    | { readonly type: 'left'; readonly nodes: readonly LeftNode[] }
    /** More nodes are not proven than the policy allows: nothing new starts, in the application that it names or at all. */
    | ({ readonly type: 'budget' } & SpentBudget)
    /** By the release rule these are enabled now. */
    | { readonly type: 'release'; readonly nodes: readonly number[] }
    /** By the release rule these stay disabled. */
    | {
        readonly type: 'kept'
        readonly nodes: readonly { readonly node: number; readonly why: string }[]
      }
    | { readonly type: 'cancel'; readonly level: 'soft' | 'hard'; readonly by: string }
    | {
        readonly type: 'store-lost'
        readonly message: string
        /** What was to be sent could not leave in time; else the journal cannot be written. */
        readonly hindered?: true
      }
    /** What a provider had to tell meanwhile, such as a connection that was lost and is there again. Changes nothing. */
    | {
        readonly type: 'notice'
        readonly level: 'info' | 'warning'
        readonly code: string
        readonly message: string
      }
    /** Another process took the run over: this one sends nothing more, and its journal does not hold this. */
    | { readonly type: 'lease-lost'; readonly message: string }
    /** As the report of all events says: so that a list of runs need not fold them. */
    | ({ readonly type: 'ended' } & RunEnding)
  )

/** What the driver tells the fold besides: it moves timers and is not journalled, as a resumed run asks anew. */
export type Signal =
  | RunEvent
  | {
      readonly type: 'asked'
      readonly at: Moment
      readonly question: Question | 'check'
      readonly nodes: readonly number[]
    }
  /** A witness was told of the end of their runs: they are asked at once. */
  | { readonly type: 'sighted'; readonly at: Moment; readonly nodes: readonly number[] }
  /** Whether a witness answers: while it does, nodes whose run is in flight need not be asked. */
  | { readonly type: 'witness'; readonly at: Moment; readonly answers: boolean }
  /** The request of an intent has left; H counts from here. */
  | { readonly type: 'sent'; readonly at: Moment; readonly intent: number }
