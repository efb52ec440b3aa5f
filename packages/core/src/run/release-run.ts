import { messageOf } from '../errors/message-of.js'
import type { Clock, Moment } from '../ports/clock.js'
import type { NodeAgent, Outcome } from '../providers/agent.js'
import type { Call, Nodes } from '../providers/common.js'
import type { Lease } from '../providers/store.js'
import { guard } from './driver/guard.js'
import {
  gather,
  isLate,
  type Ours,
  type ReadingInput,
  readOurs,
  readOursAgain,
  refresh,
  type ReleaseResult,
  type SetResult,
} from './release-reading.js'

export type { ReleaseResult }

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
  /** Of the run's lock: whoever was taken over sends nothing more (promises, S17). Absent: no store has one. */
  readonly lease?: Lease
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
 * (promises, S4): any machine can do it, whatever became of the run and its journal. Each node has its result, whatever
 * nodes or interrupts do.
 * @throws CodedError `store-lease-lost` when the run was taken over before anything was sent
 */
export async function releaseRun(input: ReleaseInput): Promise<ReleaseReport> {
  const { agent, clock, run, soft, lease } = input
  const hard = lease === undefined ? input.hard : AbortSignal.any([input.hard, lease.lost])
  const reading: ReadingInput = { agent, clock, run, soft, call: { signal: hard } }
  const requests = requestsOf(input, hard)
  const nodes: Record<string, ReleasedNode> = {}
  const set: SetResult = (node, result, reason) => void (nodes[node] = { result, reason })
  const leave = (left: readonly Ours[], reason: string): void => {
    for (const { node } of left) set(node, 'not enabled', reason)
  }
  let ours = await readOurs(reading, input.nodes, set)
  if (ours.length > 0) {
    const agreed = await clock.hold(input.confirm(namesOf(ours)))
    if (!agreed || soft.aborted) {
      leave(ours, agreed ? UNSENT : 'not confirmed')
      ours = []
    }
    // The question may have been long on the screen: whose message it is is read immediately before (promises, S4).
    else ours = await readOursAgain(reading, namesOf(ours), set)
  }
  for (let tries = 0; tries < MOST_TRIES && ours.length > 0; tries++) {
    const sort: SetResult = (node, result, reason) => {
      if (result === 'was enabled' && requests.sent.has(node))
        set(node, 'enabled', 'read back from the node')
      else set(node, result, reason)
    }
    ours = await refresh(reading, ours, sort)
    if (tries > 0 && (soft.aborted || hard.aborted)) break
    if (soft.aborted) {
      leave(ours, UNSENT)
      break
    }
    const late = ours.filter(({ since }) => isLate(since, clock))
    leave(late, LATE)
    ours = ours.filter((one) => !late.includes(one))
    if (ours.length === 0) break
    const answers = await requests.enable(ours)
    // What was not answered may still happen; only a status asked later than that settles it (promises, S16).
    const open = ours.some(({ node }) => mayStillAct(answers.get(node)))
    if (open)
      await clock.sleepUntil(requests.lastAt() + agent.openFor + 1, hard).catch(() => undefined)
    const why = lease?.lost.aborted === true ? TAKEN_OVER : 'interrupted'
    const settle: SetResult = (node, result, reason) => {
      const answer = answers.get(node)
      if (result !== 'no answer' || !hard.aborted) sort(node, result, reason)
      else if (answer?.ok === true)
        set(node, 'enabled', `enabled, as it answered; ${why} ${UNREAD}`)
      else if (isUnsent(answer)) set(node, 'not enabled', answer.problem.message)
      else set(node, result, `${why} ${UNREAD}: it may be enabled, or still become so`)
    }
    const names = namesOf(ours)
    if (hard.aborted) for (const node of names) settle(node, 'no answer', '')
    const still = hard.aborted ? [] : await readOurs(reading, names, settle)
    for (const { node } of still) {
      const answer = answers.get(node)
      const told = answer?.ok === false ? answer.problem.message : 'it still carries the message'
      set(node, 'not enabled', told)
    }
    ours = still.filter(({ node }) => isSilent(answers.get(node)))
  }
  if (lease?.lost.aborted === true && requests.sent.size === 0) throw lease.lost.reason
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

const UNSENT = 'interrupted before it was enabled'
const UNREAD = 'before it was read back'
const TAKEN_OVER = 'another process took the run over'
const LATE = 'not sent: what the node said was old by the time it could be enabled'

function namesOf(ours: readonly Ours[]): readonly string[] {
  return ours.map(({ node }) => node)
}

interface Requests {
  /** Nodes to which something left, or may have left. */
  readonly sent: ReadonlySet<string>
  /** When the last request left: H counts from here. */
  lastAt(): Moment
  enable(ours: readonly Ours[]): Promise<ReadonlyMap<string, Outcome<null>>>
}

/** How nodes are enabled: as long as the run is ours and what they said is fresh, which is asked last of all. */
function requestsOf({ agent, clock, lease }: ReleaseInput, hard: AbortSignal): Requests {
  const sent = new Set<string>()
  let last: Moment = 0
  const may = lease && guard(lease, clock)

  /** Enables nodes with the same message. */
  async function enableAlike(
    ours: readonly Ours[],
    message: string,
    answers: Map<string, Outcome<null>>,
  ): Promise<void> {
    let why: string | undefined
    async function beforeSend(): Promise<void> {
      try {
        await may?.mayAct()
        if (ours.some(({ since }) => isLate(since, clock))) throw new Error(LATE)
        last = clock.now()
      } catch (error) {
        const said = messageOf(error)
        why = said === LATE ? LATE : `not sent: ${said}`
        throw error
      }
    }
    const names = namesOf(ours)
    const unsent = (node: string): void => {
      const problem = { code: 'node-not-sent', message: why ?? LATE, silence: 'not-sent' } as const
      answers.set(node, { node, ok: false, effect: 'none', problem })
    }
    const call: Call = { signal: hard, beforeSend }
    await gather(agent.enable(names, message, call), (outcome) => {
      answers.set(outcome.node, outcome)
      if (isUnsent(outcome) && why !== undefined) unsent(outcome.node)
    })
    // A transport that was told to stop says nothing of a request that it did not send.
    if (why !== undefined) for (const node of names) if (!answers.has(node)) unsent(node)
    for (const node of names) if (!isUnsent(answers.get(node))) sent.add(node)
  }

  return {
    sent,
    lastAt: () => last,
    async enable(ours) {
      const answers = new Map<string, Outcome<null>>()
      const byMessage = new Map<string, Ours[]>()
      for (const one of ours) {
        const alike = byMessage.get(one.message)
        if (alike === undefined) byMessage.set(one.message, [one])
        else alike.push(one)
      }
      // All at once: what the last of them said would have grown old while the first are waited for.
      await Promise.all([...byMessage].map(([text, some]) => enableAlike(some, text, answers)))
      return answers
    },
  }
}

function isSilent(outcome: Outcome<unknown> | undefined): boolean {
  return outcome === undefined || (!outcome.ok && outcome.problem.silence !== undefined)
}

type Failed = Extract<Outcome<unknown>, { ok: false }>

function isUnsent(outcome: Outcome<unknown> | undefined): outcome is Failed {
  return outcome?.ok === false && outcome.problem.silence === 'not-sent'
}

/** It got no answer, and may have left. */
function mayStillAct(outcome: Outcome<unknown> | undefined): boolean {
  return isSilent(outcome) && !isUnsent(outcome)
}
