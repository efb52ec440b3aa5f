import type { Moment } from '../../ports/clock.js'
import { askWaiting, soon } from '../asking/when.js'
import type { RunCode } from '../codes.js'
import type { CheckedNode } from '../events.js'
import { DEFAULT_GATE, type Probe } from '../policy/gate.js'
import type { NodeState, Outcome, RunState } from '../state.js'
import { conclude, leave, plan, toldOutcome } from './moves.js'
import type { Reading } from './reading.js'

/**
 * The node's run is proven. Its result waits until it has passed the gate, so that whoever asks for proven producers
 * need not know of gates; its slot does not. What nobody waits for needs none.
 */
export function enterGate(state: RunState, node: NodeState, proven: Outcome, at: Moment): void {
  if (!isAwaited(state, node)) return conclude(state, node, proven, at)
  leave(state, node.stage)
  state.gating.add(node.n)
  node.pending = proven
  node.endedAt = at
  awaitAnswer(state, node, at)
}

/** Journals of before there were gates have none. */
function isAwaited(state: RunState, node: NodeState): boolean {
  if (state.options.gate === undefined || state.stop !== null) return false
  const consumers = state.index.consumers[node.n] ?? []
  return consumers.some((n) => state.nodes[n]?.outcome === null)
}

/** Its answer must be to a question that is asked from now on. */
export function awaitAnswer(state: RunState, node: NodeState, at: Moment): void {
  node.stage = 'answering'
  node.silentSince = null
  node.deadline = at + (state.options.gate ?? DEFAULT_GATE).answer
  plan(state, node, 'status', soon(at))
}

/** It answered again. */
export function afterAnswering(state: RunState, node: NodeState, reading: Reading): void {
  node.raced ||= reading.believed === 'ours' && reading.lock !== 'ours'
  if (probesOf(state, node.n).length === 0) return pass(state, node, {}, reading.at)
  awaitChecks(state, node, reading.at)
}

export function awaitChecks(state: RunState, node: NodeState, at: Moment): void {
  node.stage = 'checking'
  node.silentSince = at
  node.deadline = at + (state.options.gate ?? DEFAULT_GATE).check
  plan(state, node, 'check', at)
}

/** Its checks were made once: all of them, or until one did not pass. */
export function onChecked(
  state: RunState,
  node: NodeState,
  checked: CheckedNode,
  at: Moment,
): void {
  if (node.stage !== 'checking') return
  node.asking = null
  const { check, message } = checked
  if (checked.passed) return pass(state, node, { check, message }, at)
  if (at < node.deadline) {
    const next = askWaiting(state.options.limits, node.silentSince ?? at, at)
    return plan(state, node, 'check', Math.min(next, node.deadline))
  }
  fail(state, node, 'failed', 'gate-check-failed', `${check}: ${message}`, { check, message }, at)
}

/** Nobody answered in time. */
export function noAnswer(state: RunState, node: NodeState, message: string, at: Moment): void {
  const why = `it did not answer any more: ${message}`
  fail(state, node, 'unknown', 'gate-no-answer', why, { message }, at)
}

function pass(state: RunState, node: NodeState, gate: Evidence, at: Moment): void {
  const proven = node.pending as Outcome
  const evidence = Object.keys(gate).length === 0 ? {} : { gate }
  conclude(state, node, { ...proven, evidence: { ...proven.evidence, ...evidence } }, at)
}

type Evidence = Readonly<Record<string, string>>

function fail(
  state: RunState,
  node: NodeState,
  result: 'failed' | 'unknown',
  code: RunCode,
  why: string,
  gate: Evidence,
  at: Moment,
): void {
  const { result: proven = 'changed', evidence = {}, warnings = [] } = node.pending ?? {}
  const reason = `its run was proven (${proven}), but not that it can be used: ${why}`
  conclude(
    state,
    node,
    toldOutcome(result, code, reason, { evidence: { ...evidence, gate }, warnings }),
    at,
  )
}

/** What is checked of a node, in the order of the options. */
export function probesOf(state: RunState, n: number): readonly Probe[] {
  const { checks } = state.options.gate ?? DEFAULT_GATE
  return checks.flatMap(({ probe, nodes }) => (setOf(nodes).has(n) ? [probe] : []))
}

/** A plan of 50,000 nodes may list as many for a check: they are looked up, not searched. */
const sets = new WeakMap<readonly number[], ReadonlySet<number>>()

function setOf(nodes: readonly number[]): ReadonlySet<number> {
  const known = sets.get(nodes) ?? new Set(nodes)
  sets.set(nodes, known)
  return known
}
