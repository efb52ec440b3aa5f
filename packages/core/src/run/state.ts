import type { Attempt, Finding, NodeStatus } from '../providers/agent.js'
import type { Json } from '../providers/common.js'
import type { Moment } from '../ports/clock.js'
import type { RunCode } from './codes.js'
import type { Change, Purpose, Question, Readiness } from './events.js'
import type { NodeIndex } from './indexes/node-index.js'
import type { Due } from './indexes/due.js'
import type { Ready } from './indexes/ready.js'
import type { RunTimes } from './indexes/run-times.js'
import type { EngineOptions } from './options.js'
import type { FailureScope, SpentBudget } from './policy/failure-policy.js'
import type { NodeResult } from './report-types.js'
import type { RunPlan } from './run-plan.js'

/**
 * Where a node is on its way. `free`: not touched. `locking`, `proving`: being disabled, or shown that it can be
 * enabled. `draining`: disabled, idleness not yet proven. `held`: disabled by us and idle. Then, holding a slot:
 * `baseline` (read before the change), `enabling`, `requesting`, `running`, `settling` (disabled again),
 * `judging`. `resting`: its run failed and is tried again after a pause, without a slot. Its run proven, while others wait
 * for it: `answering` (it must answer again), `checking` (its checks must pass). `judged`: has its result. `releasing`: being enabled. `done`: nothing more is done to it.
 */
export type Stage =
  | 'free'
  | 'locking'
  | 'proving'
  | 'draining'
  | 'held'
  | 'baseline'
  | 'enabling'
  | 'requesting'
  | 'running'
  | 'settling'
  | 'judging'
  | 'resting'
  | 'answering'
  | 'checking'
  | 'judged'
  | 'releasing'
  | 'done'

/** What we believe of the disable lock. `free`: not ours. `maybe`: a change of ours is open. */
export type Lock = 'free' | 'ours' | 'maybe' | 'foreign' | 'unknown'

/** What is to be done about a node next. */
export type Todo = Question | Change | 'retry' | 'check'

/** A change that was sent and whose effect has not been read on the node yet. */
interface OpenChange {
  readonly change: Change
  readonly purpose: Purpose
  readonly intent: number
  /** From then on a status tells the truth about it: when it was answered, else H after it was sent (S16). */
  closesAt: Moment
  answered: boolean
  /** It never left, so it was not the node that answered. */
  unsent: boolean
  /** Code of the problem that it was answered with, if any. */
  code: string | null
  message: string | null
}

/** How a node ended. */
export interface Outcome {
  readonly result: NodeResult
  readonly code: string
  readonly reason: string
  readonly evidence: Readonly<Record<string, Json>>
  readonly warnings: readonly string[]
  /** The node that this one was skipped because of. */
  readonly because: number | null
}

export interface NodeState {
  readonly n: number
  stage: Stage
  lock: Lock
  /** A disable of ours was sent: the node must end released or named (S5). */
  touched: boolean
  /** The look found it disabled by the run whose nodes this one takes over. */
  adopted: boolean
  readiness: Readiness | null
  findings: readonly Finding[]
  /** What is due when; `null`: waiting for an answer, or for a rule. */
  todo: Todo | null
  todoAt: Moment
  purpose: Purpose
  asking: Question | 'check' | null
  change: OpenChange | null
  /** How often the change of the present stage was sent. */
  tries: number
  /** Last status. */
  last: NodeStatus | null
  /** When the node answered with it. */
  lastAt: Moment
  /** When that was asked for, or when the node last answered to a change: what was asked before says nothing new. */
  toldAt: Moment
  /** A witness was told that the present attempt's run has ended. */
  sighted: boolean
  /** When the node was first seen idle since it was last disabled or seen busy; null: not yet. */
  idleSince: Moment | null
  lockedAt: Moment
  /** The present wait must be over by then; judged by an answer to a question asked later. */
  deadline: Moment
  /** Since when nobody answers; null: the last question was answered. */
  silentSince: Moment | null
  attempt: Attempt | null
  /** When `attempt.before` was answered, our clock. */
  baselineAt: Moment
  /** When it was asked. */
  baselineAskedAt: Moment
  /** Readings in a row that were thrown away, as they came too late to act on. */
  stale: number
  /** Given up by a hard interrupt while a change was open. */
  leftOpen: boolean
  /** It was read by this process: the clock of another may be set otherwise, on this machine too. */
  sameClock: boolean
  /** When the run was requested, our clock. */
  requestedAt: Moment
  /** When its run was last known to go on. */
  goingOnAt: Moment
  /** Runs requested so far that may have had an effect. */
  attempts: number
  /** How the last try ended, of one that is made again. */
  failed: Outcome | null
  /** Tries after the first. */
  retries: number
  /** Runs that were requested in earlier tries. */
  attemptsBefore: number
  /** Requests that the node refused for now (busy). */
  refusals: number
  /** A result that stands before the node is disabled again, such as a run that never started. */
  pending: Outcome | null
  /** Times that the evidence did not decide. */
  undecided: number
  outcome: Outcome | null
  /** `lastrun` of the status that showed the end of our run; null: not seen yet. */
  recorded: number | null
  /** Another run began before the node was disabled again: it was waited for, and its record may stand over ours. */
  overrun: boolean
  /** Somebody else changed the lock while we held the node. */
  raced: boolean
  /** Why it stays disabled although it may be proven. */
  kept: string | null
  /** In the current batch, without a result; in the order stream all nodes are one batch. */
  inBatch: boolean
  /** One of the first of its group: the rest of it waits for its proof. */
  canary: boolean
  startedAt: Moment | null
  endedAt: Moment | null
}

type Phase = 'look' | 'confirm' | 'proof' | 'lock' | 'drain' | 'run' | 'release' | 'ended'

/** Why nothing new starts. */
export interface Stop {
  readonly kind: 'failure' | 'cancel' | 'until' | 'store'
  readonly code: string
  readonly reason: string
  readonly node: number | null
}

/** Nodes that are not proven, counted in the parts of the policy's scope. */
export interface Failures {
  readonly scope: FailureScope
  /** Of each part; null: no limit. */
  readonly budgets: readonly number[] | null
  readonly sizes: readonly number[]
  readonly counts: number[]
  /** In the order in which they were spent. */
  readonly spent: SpentBudget[]
  /** How many of these the events tell of. */
  told: number
  /** Applications whose budget is spent. */
  readonly closed: Set<number>
  /** Nodes that are not proven, whose consumers were not looked at yet. */
  unproven: number[]
}

/** The fold of a run's events. Owned and changed by `reduce` alone; `decide` reads it and empties its indexes. */
export interface RunState {
  readonly run: string
  readonly caller: string
  readonly lockText: string
  readonly openFor: number
  /** The earlier run whose nodes this one takes over, and those whose nodes that one did; none: it takes over nothing. */
  readonly adopts: readonly string[]
  readonly options: EngineOptions
  readonly plan: RunPlan
  readonly nodes: readonly NodeState[]
  readonly index: NodeIndex
  readonly due: Due
  /** Somebody else than the nodes is told how runs end. */
  readonly witnessed: boolean
  /** That somebody answered when last asked. */
  witnessAnswers: boolean
  readonly createdAt: Moment
  endedAt: Moment | null
  phase: Phase
  /** Nodes whose look is not complete. */
  unlooked: number
  /** Set when the look speaks against the run, or the operator did. */
  refused: { readonly code: RunCode; readonly reason: string } | null
  /** The node that proves that we may enable. */
  proofNode: number
  proved: boolean
  /** Trials after which it was enabled, and no answer of its own says that we did it. */
  trials: number
  /** Position of the current group and batch; -1 before the first. */
  group: number
  batch: number
  /** Nodes of the current batch that only lack a slot. */
  readonly ready: Ready
  /** What is known of how long runs take, in seconds of a node that takes as long as usual. */
  readonly times: RunTimes
  /** By node: how long its runs take against what is usual; null: nothing is known of it. */
  readonly factors: readonly number[] | null
  /** By group: canaries that took a slot, and those of them that are not proven. */
  readonly canaries: { readonly chosen: number[]; readonly open: number[] }
  /** Nodes of the current batch without a result. */
  unfinished: number
  /** Nodes that hold a slot. */
  slots: number
  /** Slots that nobody gets back: of runs that were given up and may still be applying (promises, S6). */
  stuck: number
  /** Nodes between `locking` and `draining`. */
  unlocked: number
  undrained: number
  /** Nodes that are being released. */
  releasing: number
  /** Nodes whose applications are complete, to be released. */
  complete: number[]
  stop: Stop | null
  readonly failures: Failures
  /** Nodes whose run is proven and whose gate is not passed yet. */
  readonly gating: Set<number>
  /** From then on nothing new starts; Infinity: no such time. */
  readonly untilAt: Moment
  untilPassed: boolean
  /** Why nobody changes anything any more: a hard interrupt, or a store that is lost. */
  abandoned: string | null
  /** `hard`: nobody watches any more. */
  cancel: 'none' | 'soft' | 'hard'
  storeLost: boolean
  /** Requests for runs that have left, or may have: from the first on a stop keeps nodes disabled by the release rule. */
  requested: number
  nextIntent: number
  /** Intents whose answers are not complete. */
  readonly intents: Map<
    number,
    {
      readonly change: Change
      readonly purpose: Purpose
      readonly nodes: readonly number[]
      /** When its request left. */
      sent?: Moment
    }
  >
}
