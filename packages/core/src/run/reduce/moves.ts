import type { NodeResult } from '../report-types.js'
import type { NodeState, Outcome, RunState, Stop, Todo } from '../state.js'
import type { RunCode } from '../codes.js'
import type { Change, Purpose } from '../events.js'
import type { Moment } from '../../ports/clock.js'
import { countFailure } from './budget.js'
import { soon } from '../asking/when.js'
import { offerBehind, replaceCanary } from './offer.js'

/** How often a change is sent before we give it up. */
export const MOST_TRIES = 3

export function plan(state: RunState, node: NodeState, todo: Todo, at: Moment): void {
  node.todo = todo
  node.todoAt = at
  state.due.add(at, node.n)
}

/** Plans a change, unless the store is lost: then nothing is changed any more (promises, S18). */
export function planChange(
  state: RunState,
  node: NodeState,
  change: Change,
  purpose: Purpose,
  at: Moment,
): boolean {
  if (state.storeLost) return false
  node.change = null
  node.purpose = purpose
  plan(state, node, change, soon(at))
  return true
}

export function isCurrent(state: RunState): (node: number, at: Moment) => boolean {
  return (n, at) => {
    const node = state.nodes[n]
    return node !== undefined && node.todo !== null && node.todoAt === at
  }
}

/** How a node ended, as the engine knows it. */
export function outcome(result: NodeResult, code: RunCode, reason: string): Outcome {
  return toldOutcome(result, code, reason)
}

/** How a node ended, with a code that the agent may have given, or that was decided before. */
export function toldOutcome(
  result: NodeResult,
  code: string,
  reason: string,
  more: Partial<Outcome> = {},
): Outcome {
  return { result, code, reason, evidence: {}, warnings: [], because: null, ...more }
}

/** Proven success: the only results that let consumers start. */
export function isProven(result: NodeResult | undefined): boolean {
  return result === 'changed' || result === 'unchanged'
}

/** Not proven by its own doing, not by that of another node or of an operator: what a failure budget counts. */
export function isFailure(result: NodeResult | undefined): boolean {
  return result === 'failed' || result === 'unknown' || result === 'refused'
}

/** Gives the node its result, frees its slot and, where it is no success, counts it and stops the run when too many are. */
export function conclude(state: RunState, node: NodeState, told: Outcome, at: Moment): void {
  if (node.outcome !== null) return
  // It was to be tried again and is not: what stands is that its run failed.
  const ended = isProven(told.result) || isFailure(told.result) ? told : (node.failed ?? told)
  const before = node.stage
  node.outcome = ended
  node.todo = null
  node.change = null
  node.pending = null
  // Of a node with a gate it is known since when its run is over.
  node.endedAt ??= at
  state.gating.delete(node.n)
  node.stage = 'judged'
  leave(state, before)
  if (node.inBatch) state.unfinished--
  node.inBatch = false
  if (isProven(ended.result)) {
    offerBehind(state, node)
    const applications = state.index.applicationsOf[node.n] ?? []
    for (const application of applications) closeOne(state, application)
    if (applications.length === 0) state.complete.push(node.n)
    return
  }
  if (!isFailure(ended.result)) {
    // No budget counts it, but nobody may wait for it, nor be run without it.
    if (state.phase !== 'look') state.failures.unproven.push(node.n)
    return replaceCanary(state, node)
  }
  // What nobody watched to its end is the interrupt's doing, no failure that outranks it.
  const isAbandoned = ended.code === 'run-abandoned' || ended.code === 'lease-lost'
  if (isAbandoned && state.cancel === 'hard') return
  const stop =
    countFailure(state, node, ended) ??
    (node.canary ? canaryStop(node, ended) : null) ??
    stuckWith(state, node, before)
  if (stop !== null) halt(state, stop, at)
}

/** Given up while it may still be applying: its slot is lost, and with the last slot nothing can start any more. */
function stuckWith(state: RunState, node: NodeState, before: NodeState['stage']): Stop | null {
  if (!mayStillApply(node, before)) return null
  state.stuck++
  if (state.stuck < state.options.width) return null
  const reason = 'every slot is held by a run that was given up and may still be applying'
  return { kind: 'failure', code: node.outcome?.code ?? '', reason, node: node.n }
}

/** By what the node said last, whatever it was given up for; of one that was given up for its silence nobody knows. */
function mayStillApply(node: NodeState, before: NodeState['stage']): boolean {
  const { outcome: ended, attempts, attemptsBefore, last } = node
  const code = ended?.code as RunCode | undefined
  // By the journal it may not even have taken a slot.
  const hasRun = code === 'record-lost' || (holdsSlot(before) && attempts > attemptsBefore)
  // Once it is disabled a Windows node never says that it applies.
  const isUnseen =
    code === 'node-silent' ||
    code === 'run-over-limit' ||
    (code === 'node-clock' && isUnended(node))
  return hasRun && (isUnseen || last?.applying !== false)
}

/** Its run was seen, and has left no record since. */
function isUnended({ attempt, last }: NodeState): boolean {
  return attempt?.seenApplying === true && (last?.lastRun ?? 0) <= attempt.before.lastRun
}

/** No budget covers canaries: the rest of their group is not to meet what they met. */
function canaryStop(node: NodeState, { code, reason }: Outcome): Stop {
  return { kind: 'failure', code, reason: `a canary is not proven: ${reason}`, node: node.n }
}

/** Counts that the stage a node leaves was part of. */
export function leave(state: RunState, stage: NodeState['stage']): void {
  if (stage === 'locking' || stage === 'proving') {
    state.unlocked--
    state.undrained--
  } else if (stage === 'draining') state.undrained--
  else if (holdsSlot(stage)) state.slots--
}

export function holdsSlot(stage: NodeState['stage']): boolean {
  return (
    stage === 'baseline' ||
    stage === 'enabling' ||
    stage === 'requesting' ||
    stage === 'running' ||
    stage === 'settling' ||
    stage === 'judging'
  )
}

/** One node of an application is proven; where it was the last, nodes that are complete are to be released. */
function closeOne(state: RunState, application: number): void {
  state.index.open[application] = (state.index.open[application] ?? 0) - 1
  if (state.index.open[application] !== 0) return
  for (const n of state.plan.applications[application]?.nodes ?? []) {
    const node = state.nodes[n] as NodeState
    const complete = (state.index.applicationsOf[n] ?? []).every((a) => state.index.open[a] === 0)
    // What the look left out was never ours: there is nothing to enable on it.
    if (complete && node.stage === 'judged' && node.touched) state.complete.push(n)
  }
}

/** Code of a node that a stop which was no cancel kept from its run. */
export function stopCode({ stop }: RunState): RunCode {
  return stop?.kind === 'until' ? 'until-passed' : 'run-stopped'
}

/** The operator's doing, which a failure outranks. */
function isOutranked(stop: Stop | null): boolean {
  return stop?.kind === 'cancel' || stop?.kind === 'until'
}

/** Nothing new starts from now on; the first reason stands, but a failure outranks a cancel. */
export function halt(state: RunState, stop: Stop, at: Moment): void {
  const first = state.stop === null
  if (first || (stop.kind === 'failure' && isOutranked(state.stop))) state.stop = stop
  if (!first) return
  // No consumer will start: what their runs proved stands.
  for (const n of [...state.gating]) {
    const node = state.nodes[n] as NodeState
    conclude(state, node, node.pending as Outcome, at)
  }
  for (const node of state.nodes) {
    if (node.stage === 'locking' && node.change === null && !node.touched) {
      leave(state, node.stage)
      node.stage = 'free'
      node.todo = null
    } else if (
      node.stage === 'baseline' &&
      node.lock === 'ours' &&
      node.attempts === node.attemptsBefore
    ) {
      leave(state, node.stage)
      node.stage = 'held'
      node.todo = null
      node.asking = null
      if (node.attempts === 0) node.startedAt = null
      node.deadline = at
    }
  }
}
