import { messageOf } from '../../errors/message-of.js'
import type { CallProblem, Evidence, NodeAgent, Outcome } from '../../providers/agent.js'
import type { Clock } from '../../ports/clock.js'
import type { Call, Stream } from '../../providers/common.js'
import { isAdopted } from '../adopt.js'
import type { RunCode } from '../codes.js'
import type { Effect } from '../effects.js'
import type { Question } from '../events.js'
import type { Prober } from '../policy/gate.js'
import type { NodeState, RunState } from '../state.js'
import { changeAnswer, type Inbox } from './inbox.js'
import { setBackAtMost } from '../node-clock.js'
import { isToldBy, needsLog, type OwnWord, type Told, type Witnesses } from './witnesses.js'

/** What effects are performed with. */
export interface Ports {
  readonly state: RunState
  readonly agent: NodeAgent
  readonly clock: Clock
  readonly inbox: Inbox
  readonly call: Call
  readonly probe: Prober
  /** Asks whether we may still act (promises, S17). @throws when we may not */
  mayAct(): Promise<void>
  /** Whether we may still ask: false only for who knows that it was taken over. */
  mayAsk(): Promise<boolean>
  /** Whether the transport asks whether a change may leave (`Call.beforeSend`), as far as that was seen. */
  readonly transport: { asks: boolean }
  /** Absent: the run has no witness. */
  readonly witnesses?: Witnesses
}

/** Asks the nodes and puts what they say into the inbox. Never rejects: a transport that fails is silence. */
export async function ask(
  ports: Ports,
  question: Question,
  nodes: readonly number[],
): Promise<void> {
  const { state, agent, clock, inbox, call, witnesses } = ports
  // Who was taken over has nothing to ask any more, and its run ends.
  if (!(await ports.mayAsk())) return
  const askedAt = clock.now()
  const silence = (node: number, problem: CallProblem): void =>
    inbox.push({ heard: 'silence', askedAt, question, node, message: problem.message })
  if (question === 'status') {
    await each(
      ports,
      nodes,
      (names) => agent.status(names, call),
      (node, outcome) => {
        if (outcome.ok) inbox.push({ heard: 'status', askedAt, node, status: outcome.value })
        else silence(node, outcome.problem)
      },
    )
    return
  }
  await each(
    ports,
    nodes,
    (names) => agent.evidence(names, call),
    (node, outcome) => {
      const asked = state.nodes[node] as NodeState
      const settled = asked.last
      if (asked.attempt === null || settled === null) {
        if (!outcome.ok) silence(node, outcome.problem)
        return
      }
      const back = setBackAtMost(asked, asked.attempt, settled)
      const attempt = { ...asked.attempt, setBackAtMost: back }
      const evidence = outcome.ok ? [outcome.value] : []
      const word = { node, attempt, settled, evidence }
      const told = witnesses?.of(node, attempt, settled)
      if (outcome.ok) return judge(ports, word, told)
      // The node cannot say how its run ended; whoever was told may, and else it is asked again.
      if (isToldBy(agent, word, told?.report)) {
        judge(ports, { ...word, silence: outcome.problem.message }, told)
      } else silence(node, outcome.problem)
    },
  )
}

/** Judges at once what the node's own word decides, or a report that is there; else the report, or its log, is waited for. */
function judge(ports: Ports, word: OwnWord, told: Told | undefined): void {
  const { agent, witnesses } = ports
  if (witnesses !== undefined && lacks(agent, word, told)) return witnesses.await(word)
  pushVerdict(ports, word, told?.report)
}

/** Whether a witness may tell more that the verdict needs. */
function lacks(agent: NodeAgent, word: OwnWord, told: Told | undefined): boolean {
  if (told !== undefined) return needsLog(agent, word, told)
  const { result } = agent.judge(word.attempt, word.settled, word.evidence)
  return result === 'unknown' || result === 'unverified'
}

/**
 * @param report what a witness said of the run, if it did
 * @param warnings what else is to be known of the verdict
 */
export function pushVerdict(
  { agent, inbox }: Ports,
  { node, attempt, settled, evidence }: OwnWord,
  report: Evidence | undefined,
  warnings: readonly string[] = [],
): void {
  const witnesses = report === undefined ? [] : [report]
  const judged = agent.judge(attempt, settled, [...evidence, ...witnesses])
  const verdict = { ...judged, warnings: [...judged.warnings, ...warnings] }
  inbox.push({ heard: 'verdict', node, attempt: attempt.number, verdict, witnesses })
}

/** Why a change does not leave. */
export interface Refusal {
  readonly code: RunCode
  readonly why: string
}

/**
 * Sends a change. Never rejects: without an answer it may have happened.
 * @param refuse whether a request to these nodes may not leave any more; asked by the transport last of all, once it is signed
 */
export async function change(
  ports: Ports,
  intent: number,
  effect: Extract<Effect, { do: 'change' }>,
  refuse: (nodes: readonly number[]) => Promise<Refusal | null>,
): Promise<void> {
  const { state, agent, inbox, clock } = ports
  const leaves = (): void =>
    inbox.push({ heard: 'signal', signal: { type: 'sent', at: clock.now(), intent } })
  const request = (
    names: readonly string[],
    text: string,
    call: Call,
  ): Stream<Outcome<unknown>> => {
    switch (effect.change) {
      case 'disable':
        return agent.disable(names, text, call)
      case 'enable':
        return agent.enable(names, text, call)
      case 'run':
        return agent.requestRun(names, state.options.run, call)
    }
  }
  // All leave now: H counts from here for each of them; where the transport asks first, from then.
  leaves()
  const send = (text: string, nodes: readonly number[]): Promise<void> => {
    // Each request for itself: one that left may still act, whatever becomes of another.
    let refused: Refusal | null = null
    const call: Call = {
      ...ports.call,
      async beforeSend() {
        refused = await refuse(nodes)
        if (refused === null) return leaves()
        throw new Error(`not sent: ${refused.why}`)
      },
    }
    const hear = (node: number, outcome: Outcome<unknown>): void => {
      // Whatever the transport makes of it: it was our own doing, and no node's.
      if (refused !== null && !outcome.ok)
        withdraw(ports, intent, [node], refused.code, refused.why)
      else inbox.push({ heard: 'answer', intent, answer: changeAnswer(node, outcome) })
    }
    return each(ports, nodes, (names) => request(names, text, call), hear)
  }
  const parts =
    effect.change === 'enable'
      ? byMessage(state, effect.nodes)
      : new Map([[state.lockText, effect.nodes]])
  await Promise.all([...parts].map(([text, nodes]) => send(text, nodes)))
}

/** An agent that can compare is given what stands on the node: an adopted one may carry the earlier run's message. */
function byMessage(state: RunState, nodes: readonly number[]): Map<string, number[]> {
  const parts = new Map<string, number[]>()
  for (const n of nodes) {
    const message = state.nodes[n]?.last?.message
    const text =
      message !== undefined && isAdopted(state.adopts, message) ? message : state.lockText
    const part = parts.get(text)
    if (part === undefined) parts.set(text, [n])
    else part.push(n)
  }
  return parts
}

/**
 * The request of an intent does not leave, so nothing was done: the intent did not become durable (promises, S13, S18),
 * the run was stopped meanwhile, or is not ours any more (S17).
 */
export function withdraw(
  { inbox }: Ports,
  intent: number,
  nodes: readonly number[],
  code: RunCode,
  why: string,
): void {
  const message = `not sent: ${why}`
  for (const node of nodes) {
    const answer = { node, effect: 'none', unsent: true, code, message } as const
    inbox.push({ heard: 'answer', intent, answer })
  }
}

/** Hears each node exactly once, whatever the agent does. */
async function each<T>(
  ports: Ports,
  nodes: readonly number[],
  request: (names: readonly string[]) => Stream<Outcome<T>>,
  hear: (node: number, outcome: Outcome<T>) => void,
): Promise<void> {
  const { plan, index } = ports.state
  const open = new Set(nodes)
  let message = 'did not answer'
  try {
    for await (const outcome of request(nodes.map((n) => plan.nodes[n] as string))) {
      const node = index.numberOf.get(outcome.node)
      if (node === undefined || !open.has(node)) continue
      hear(node, outcome)
      // Only now: what an agent throws while it is heard is silence of this node too.
      open.delete(node)
    }
  } catch (error) {
    message = messageOf(error)
  }
  for (const node of open) {
    const problem = { code: 'node-no-answer', message, silence: 'no-reply' } as const
    hear(node, { node: plan.nodes[node] as string, ok: false, effect: 'maybe', problem })
  }
}
