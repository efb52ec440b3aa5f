import type { Moment } from '../ports/clock.js'
import type { NodeStatus } from '../providers/agent.js'
import { isAdopted, isOurLock } from './adopt.js'
import type { LostChange } from './events.js'
import type { NodeState, RunState, Stage } from './state.js'

/** Nothing that was requested is under way in these, so that a run that shows is one that no record tells of. */
const NO_RUN: ReadonlySet<Stage> = new Set([
  ...(['free', 'locking', 'proving', 'draining', 'held'] as const),
  ...(['baseline', 'enabling', 'resting'] as const),
])
/** In these the node may be enabled by what the journal holds, whatever it was when it was last read. */
const MAY_BE_ENABLED: ReadonlySet<Stage> = new Set(['locking', 'proving', 'enabling', 'requesting'])

/**
 * What nodes show of changes that a store lost with the end of the journal. Pure. To be asked when nothing that was sent
 * before can act any more: H after its holder was shut out.
 * @param seen how each node is; without one that does not answer
 * @param at when they were asked
 */
export function lostChanges(
  state: RunState,
  seen: ReadonlyMap<number, NodeStatus>,
  at: Moment,
): LostChange[] {
  const found = state.nodes.map((node) => {
    const status = seen.get(node.n)
    return status === undefined ? ofSilent(node) : ofSpeaking(state, node, status, at)
  })
  // Nodes that the journal never touched are run by anybody, unless others show that it lost its end, or so few are
  // enabled that all may have been disabled and these enabled for their own run.
  const isCut =
    found.some((one) => one === 'disabled' || one === 'maybe-ran') ||
    state.nodes.filter(({ n, outcome }) => outcome === null && seen.get(n)?.enabled === true)
      .length <= state.options.width
  return state.nodes.flatMap(({ n, outcome, touched }, i): LostChange[] => {
    const status = seen.get(n)
    const isStray = isCut && outcome === null && !touched && status?.enabled === true
    const ran = isStray && ranSince(state, state.nodes[n] as NodeState, status, at)
    const node = state.nodes[n] as NodeState
    const retried = isMidRun(node) && node.retries < (state.options.failures?.retries ?? 0)
    const what = found[i] ?? (ran ? 'maybe-ran' : retried ? 'maybe-retried' : ofRun(node, status))
    return what === null ? [] : [{ node: n, found: what, ...(status !== undefined && { status }) }]
  })
}

/** By the journal its run was requested and is not judged. */
export function isMidRun({ outcome, stage, change }: NodeState): boolean {
  if (outcome !== null) return false
  if (stage === 'requesting') return change !== null
  return stage === 'running' || stage === 'settling' || stage === 'judging'
}

type Found = LostChange['found'] | null

/** Of a node whose result stands, or whose run is under way by the journal, the rest of the run finds out. */
export function isDoubtful({ outcome, stage, change }: NodeState): boolean {
  if (outcome !== null) return false
  return stage === 'requesting' ? change === null : NO_RUN.has(stage)
}

function ofSilent(node: NodeState): Found {
  if (isDoubtful(node)) return 'silent'
  // It may have been disabled since, or judged and enabled.
  return isInFlight(node) || node.lock === 'ours' ? 'disabled' : null
}

/** Its run was requested, so that it may have ended and been disabled again. */
function isInFlight({ outcome, touched, lock }: NodeState): boolean {
  return outcome === null && touched && lock === 'free'
}

function ofSpeaking(state: RunState, node: NodeState, status: NodeStatus, at: Moment): Found {
  // Of a gate that was passed no record may tell any more.
  const isProven = node.stage === 'answering' || node.stage === 'checking'
  if (node.outcome !== null || isProven)
    return node.lock === 'ours' && status.enabled ? 'released' : null
  const isOurs = !status.enabled && isOurLock(state, status.message)
  if (!isDoubtful(node)) return isInFlight(node) && isOurs ? 'disabled' : null
  if (!node.touched && (!isOurs || isAsFound(state, node, status))) return null
  if (ranSince(state, node, status, at)) return 'maybe-ran'
  if (!node.touched) return 'disabled'
  const isTold = node.lock === 'free' || MAY_BE_ENABLED.has(node.stage)
  return status.enabled && !isTold ? 'maybe-ran' : null
}

/** Of a node whose run is under way by the journal: it was judged since, and released. */
function ofRun(node: NodeState, status: NodeStatus | undefined): Found {
  return isMidRun(node) && node.lock === 'ours' && status?.enabled === true ? 'released' : null
}

/**
 * It still carries the message of the run that is taken over, as the look found it. Whatever was lost, it was not enabled
 * for a run: it would carry ours since, and no agent can put the earlier message back.
 */
function isAsFound(state: RunState, node: NodeState, { message }: NodeStatus): boolean {
  return node.adopted && isAdopted(state.adopts, message)
}

/** Whether a run began or ended on the node since it was last read; of one that was never read, since the run began. */
function ranSince(state: RunState, node: NodeState, status: NodeStatus, at: Moment): boolean {
  const known = node.last
  if (known !== null) {
    if (status.lastRun !== known.lastRun) return true
    // A run that was under way when the node was disabled is waited out; once it has ended, nobody can tell its record
    // from that of a run of ours.
    return status.applying && !(node.stage === 'draining' && known.applying)
  }
  const ago = (at - state.createdAt) / 1000
  return status.applying || status.lastRun > status.now - ago
}
