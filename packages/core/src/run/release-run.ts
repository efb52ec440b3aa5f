import type { Clock, Moment } from '../ports/clock.js'
import type { NodeAgent, NodeStatus, Outcome } from '../providers/agent.js'
import type { Nodes, Stream } from '../providers/common.js'
import { runOfLockText } from './lock-text.js'

/** What became of a node: only `enabled` was changed. */
export type ReleaseResult = 'enabled' | 'was enabled' | 'foreign' | 'not enabled' | 'no answer'

export interface ReleasedNode {
  readonly result: ReleaseResult
  readonly reason: string
}

export interface ReleaseReport {
  readonly schema: 'choirmaster.release/1'
  readonly run: string
  /** By certname, sorted. */
  readonly nodes: Readonly<Record<string, ReleasedNode>>
  /** Nodes that may still be disabled by the run. */
  readonly left: readonly string[]
}

export interface ReleaseInput {
  readonly agent: NodeAgent
  readonly nodes: Nodes
  readonly run: string
  readonly clock: Clock
  /** Aborts on the first interrupt: nothing more is sent, what was sent is settled and reported. */
  readonly soft: AbortSignal
  /** Aborts on the second: nothing is waited for any more; what is not known is reported so. */
  readonly hard: AbortSignal
  /** Called before anything is changed, with the nodes that carry the run's message; false: leave them. */
  confirm(nodes: readonly string[]): Promise<boolean>
}

/** A change that got no answer is tried again so often, each time after the one before can have no effect any more. */
const MOST_TRIES = 2

/**
 * Enables what a run left disabled. Needs nothing but the nodes' own messages, which are read immediately before
 * (promises, S4): any machine can do it, whatever became of the run and its journal. Never rejects for what nodes
 * or interrupts do: each node has its result.
 */
export async function releaseRun(input: ReleaseInput): Promise<ReleaseReport> {
  const { agent, clock, run, soft, hard } = input
  const call = { signal: hard }
  const nodes: Record<string, ReleasedNode> = {}
  const set: SetResult = (node, result, reason) => void (nodes[node] = { result, reason })
  let ours = sortOut(await gather(agent.status(input.nodes, call)), input.nodes, run, set)
  if (ours.length > 0) {
    const agreed = await clock.hold(input.confirm(ours.map(([node]) => node)))
    if (!agreed || soft.aborted) {
      const reason = agreed ? 'interrupted before it was enabled' : 'not confirmed'
      for (const [node] of ours) set(node, 'not enabled', reason)
      ours = []
    } else {
      // The question may have been long on the screen: whose message it is is read immediately before (promises, S4).
      const names = ours.map(([node]) => node)
      const read = await gather(agent.status(names, call))
      const silent = names.filter((name) => read.get(name)?.ok !== true)
      if (silent.length > 0 && !soft.aborted)
        for (const [name, one] of await gather(agent.status(silent, call))) read.set(name, one)
      ours = sortOut(read, names, run, set)
    }
    if (soft.aborted) {
      for (const [node] of ours) set(node, 'not enabled', 'interrupted before it was enabled')
      ours = []
    }
  }
  for (let tries = 0; tries < MOST_TRIES && ours.length > 0; tries++) {
    if (tries > 0 && soft.aborted) break
    const sent = clock.now()
    const answers = await enable(input, ours)
    // What was not answered may still happen; only a status asked later than that settles it (promises, S16).
    const open = ours.some(
      ([node]) => answers.get(node)?.ok !== true && isSilent(answers.get(node)),
    )
    if (open) await clock.sleepUntil(later(sent, agent.openFor), hard).catch(() => undefined)
    const names = ours.map(([node]) => node)
    const read = hard.aborted ? new Map() : await gather(agent.status(names, call))
    const still = sortOut(read, names, run, (node, result, reason) => {
      if (result === 'was enabled') set(node, 'enabled', 'enabled and read back')
      else if (result !== 'no answer' || !hard.aborted) set(node, result, reason)
      else if (answers.get(node)?.ok === true) set(node, 'enabled', SAID)
      else set(node, result, ABANDONED)
    })
    for (const [node] of still) {
      const answer = answers.get(node)
      set(
        node,
        'not enabled',
        answer?.ok === false ? answer.problem.message : 'it still carries the message',
      )
    }
    ours = still.filter(([node]) => isSilent(answers.get(node)))
  }
  return {
    schema: 'choirmaster.release/1',
    run,
    nodes: Object.fromEntries(Object.entries(nodes).sort(([a], [b]) => (a < b ? -1 : 1))),
    left: Object.keys(nodes)
      .filter(
        (node) => nodes[node]?.result === 'not enabled' || nodes[node]?.result === 'no answer',
      )
      .sort(),
  }
}

const SAID = 'enabled, as it answered; interrupted before it was read back'
const ABANDONED = 'interrupted before it was read back: it may be enabled, or still become so'

type SetResult = (node: string, result: ReleaseResult, reason: string) => void

function later(sent: Moment, openFor: number): Moment {
  return sent + openFor + 1
}

/** What was answered until the stream ended; an agent that fails, or is told to stop, is silence. */
async function gather<T>(stream: Stream<Outcome<T>>): Promise<Map<string, Outcome<T>>> {
  const answers = new Map<string, Outcome<T>>()
  try {
    for await (const outcome of stream) answers.set(outcome.node, outcome)
  } catch {
    // Who has not answered is silent, as in a run.
  }
  return answers
}

/** Enables the nodes, those with the same message together. */
async function enable(
  input: ReleaseInput,
  ours: readonly (readonly [string, string])[],
): Promise<Map<string, Outcome<null>>> {
  const byMessage = new Map<string, string[]>()
  for (const [node, message] of ours) {
    const same = byMessage.get(message)
    if (same === undefined) byMessage.set(message, [node])
    else same.push(node)
  }
  const answers = new Map<string, Outcome<null>>()
  for (const [message, names] of byMessage) {
    const some = await gather(input.agent.enable(names, message, { signal: input.hard }))
    for (const [node, outcome] of some) answers.set(node, outcome)
  }
  return answers
}

function isSilent(outcome: Outcome<unknown> | undefined): boolean {
  return outcome === undefined || (!outcome.ok && outcome.problem.silence !== undefined)
}

/** Tells apart what is ours, with its message; everything else has its result at once. */
function sortOut(
  answers: ReadonlyMap<string, Outcome<NodeStatus>>,
  names: Nodes,
  run: string,
  set: SetResult,
): (readonly [string, string])[] {
  const ours: (readonly [string, string])[] = []
  for (const name of names) {
    const answer = answers.get(name)
    if (answer === undefined || !answer.ok) {
      set(name, 'no answer', answer?.problem.message ?? 'did not answer')
      continue
    }
    const { enabled, message } = answer.value
    if (enabled) set(name, 'was enabled', 'already enabled, not by this command')
    else if (runOfLockText(message) === run) ours.push([name, message ?? ''])
    else set(name, 'foreign', `left alone: disabled by somebody else: "${message ?? ''}"`)
  }
  return ours
}
