import type { NodeAgent, Progress } from '../../providers/agent.js'
import type { Moment } from '../../ports/clock.js'
import { isEndUnseen } from '../reduce/begin-settling.js'
import type { ChangeAnswer, CheckedNode, Observed, RunEvent, Signal } from '../events.js'
import type { NodeState, RunState } from '../state.js'
import type { Heard } from './inbox.js'
import { elapsedSince } from '../node-clock.js'

/**
 * Parts in which no node speaks twice and nothing else happens after a node spoke: so what a node said first is known
 * when the next is folded.
 */
export function* partsOf(heard: readonly Heard[]): Generator<readonly Heard[]> {
  const nodes = new Set<number>()
  let from = 0
  for (const [i, item] of heard.entries()) {
    const node = nodeOf(item)
    if (node === undefined ? nodes.size > 0 : nodes.has(node)) {
      yield heard.slice(from, i)
      from = i
      nodes.clear()
    }
    if (node !== undefined) nodes.add(node)
  }
  yield heard.slice(from)
}

/** Who said it; undefined: no node. */
function nodeOf(item: Heard): number | undefined {
  if (item.heard === 'signal') return undefined
  return item.heard === 'answer' ? item.answer.node : item.node
}

/** Makes events of one part of what was heard: what belongs to one request becomes one event. */
export function eventsOf(
  heard: readonly Heard[],
  state: RunState,
  agent: NodeAgent,
  at: Moment,
): readonly Signal[] {
  const signals: Signal[] = []
  const answers = new Map<number, ChangeAnswer[]>()
  /** Requests that left in this part. */
  const left = new Map<number, Moment>()
  const statuses = new Map<Moment, Observed[]>()
  const silences = new Map<
    string,
    { event: Extract<RunEvent, { type: 'silent' }>; nodes: number[] }
  >()
  for (const item of heard) {
    switch (item.heard) {
      case 'signal':
        signals.push(item.signal)
        if (item.signal.type === 'sent') left.set(item.signal.intent, item.signal.at)
        break
      case 'answer':
        group(answers, item.intent).push(item.answer)
        break
      case 'status':
        group(statuses, item.askedAt).push(observed(state, agent, item, at))
        break
      case 'silence': {
        // The stage has moved on since it was asked, such as after a stop.
        if (state.nodes[item.node]?.asking !== item.question) break
        const key = `${item.question} ${item.askedAt} ${item.message}`
        let same = silences.get(key)
        if (same === undefined) {
          const nodes: number[] = []
          const { question, askedAt, message } = item
          same = { nodes, event: { type: 'silent', at, question, askedAt, message, nodes } }
          silences.set(key, same)
        }
        same.nodes.push(item.node)
        break
      }
      case 'verdict':
        signals.push({
          type: 'judged',
          at,
          node: item.node,
          attempt: item.attempt,
          verdict: item.verdict,
          ...(item.witnesses.length > 0 && { witnesses: item.witnesses }),
        })
        break
    }
  }
  for (const [intent, nodes] of answers) {
    const isOpen = nodes.some(({ silent, effect }) => silent || effect === 'maybe')
    const sent = isOpen ? (left.get(intent) ?? state.intents.get(intent)?.sent) : undefined
    signals.push({ type: 'answered', at, intent, nodes, ...(sent !== undefined && { sent }) })
  }
  for (const [askedAt, nodes] of statuses) signals.push({ type: 'observed', at, askedAt, nodes })
  for (const { event } of silences.values()) signals.push(event)
  return signals
}

function group<K, V>(groups: Map<K, V[]>, key: K): V[] {
  let values = groups.get(key)
  if (values === undefined) {
    values = []
    groups.set(key, values)
  }
  return values
}

function observed(
  state: RunState,
  agent: NodeAgent,
  item: Extract<Heard, { heard: 'status' }>,
  at: Moment,
): Observed {
  const node = state.nodes[item.node]
  const isAwaited = node !== undefined && (node.stage === 'running' || isEndUnseen(node))
  if (!isAwaited || node.attempt === null) return { node: item.node, status: item.status }
  const elapsed = elapsedSince(node, node.attempt.before, item, at)
  const progress: Progress = agent.progress(node.attempt, item.status, elapsed)
  return { node: item.node, status: item.status, progress }
}

/** What a status can change but for timers; where it changes none of these, a resumed run learns the same by asking. */
function trace(node: NodeState): readonly unknown[] {
  const {
    stage,
    lock,
    attempt,
    outcome,
    pending,
    failed,
    recorded,
    change,
    idleSince,
    silentSince,
    overrun,
    raced,
    stale,
    last,
  } = node
  return [
    stage,
    lock,
    attempt,
    outcome,
    pending,
    failed,
    recorded,
    change,
    idleSince,
    silentSince,
    overrun,
    raced,
    stale,
    last?.enabled,
    last?.message,
    // Whether a run that is given up keeps its slot, and whether one that failed is tried again.
    last?.applying,
  ]
}

/** Folds statuses and returns those that the journal keeps: polls of a run that goes on as before are not. */
export function foldObserved(
  state: RunState,
  event: Extract<RunEvent, { type: 'observed' }>,
  fold: (event: RunEvent) => void,
): readonly Observed[] {
  const before = event.nodes.map(({ node }) => trace(state.nodes[node] as NodeState))
  fold(event)
  return event.nodes.filter(({ node }, i) => {
    const after = trace(state.nodes[node] as NodeState)
    return after.some((value, k) => value !== before[i]?.[k])
  })
}

/** Folds what checks found and returns what the journal keeps: not those that are simply made again. */
export function foldChecked(
  state: RunState,
  event: Extract<RunEvent, { type: 'checked' }>,
  fold: (event: RunEvent) => void,
): readonly CheckedNode[] {
  fold(event)
  return event.nodes.filter(({ node }) => state.nodes[node]?.stage !== 'checking')
}
