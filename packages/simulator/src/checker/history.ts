import type { Json, Moment } from '@choirmaster/core/provide'
import type { FleetLogEntry } from '../fleet/fleet-log.js'
import { REPLY_TRAVELS } from '../fleet/treatment.js'
import type { Judged } from './judged.js'
import { isLookProbe } from './probe.js'

/** What a run of Puppet on a node was, from the fleet's own log. */
export interface PuppetRun {
  readonly run: number
  readonly by: string
  readonly spawned: Moment
  /** It took the run lock. */
  started: Moment | null
  /** It released the run lock, or vanished before it took it. */
  over: Moment | null
  /** It wrote its summary; one that is killed mostly does not get that far. */
  recorded: Moment | null
  /** How it ended; null: it has not, or vanished. */
  ending: string | null
  good: boolean
}

/** A change of a node's disable lock. */
interface LockChange {
  readonly at: Moment
  /** Position in the log: much can happen in one millisecond. */
  readonly order: number
  readonly what: 'disabled' | 'enabled'
  readonly by: string
  /** `disabled`: what the lock holds now; `enabled`: what it held. */
  readonly message: string | null
}

/** A request of ours to a node; the look's questions for permission, which are refused for their inputs, left out. */
export interface Asked {
  readonly action: string
  readonly data: Readonly<Record<string, Json>>
  readonly sent: Moment
  /** When it acted; null: never. */
  readonly acted: Moment | null
  readonly order: number
  /** Whether the reply reached us in time. */
  answered: boolean
  answeredAt: Moment | null
  code: number | null
  /** What came with the code. */
  text: string
}

export interface NodeHistory {
  readonly name: string
  readonly runs: PuppetRun[]
  readonly locks: LockChange[]
  readonly requests: Asked[]
  /** Intents to run it, of a run whose process was killed: nobody knows whether it asked. */
  readonly intents: Moment[]
  /** Runs that the witness told of, in that order. */
  readonly sighted: number[]
  /** The lock at its birth and at the end of the log: the message, null where there is none, undefined: enabled. */
  readonly firstLock: string | null | undefined
  finalLock: string | null | undefined
}

/** Nobody waits for a reply any more: agents give up after 20 s and a round trip. */
const MOST_WAITED_MS = 30_000

/** Puppet records when a run ended in whole seconds, and a status gives the node's time in whole seconds: both may be off by one. */
export const WHOLE_SECONDS_MS = 2_000

/** Sorts the fleet's log by node. */
export function histories(judged: Judged): Map<string, NodeHistory> {
  const { log, wire, report, options, deaf = [] } = judged
  const { caller } = report
  // A request that nobody heard stands in the log without its inputs.
  const probes = new Set(
    wire.flatMap((entry) =>
      entry.what === 'request' && isLookProbe(entry.data) ? [`${entry.at} ${entry.action}`] : [],
    ),
  )
  const nodes = new Map<string, NodeHistory>()
  const calls = new Map<string, Asked>()
  log.forEach((entry, order) => {
    if (!('node' in entry)) return
    let node = nodes.get(entry.node)
    if (node === undefined) {
      // A fault may strike before the log names the node; its first lock is then what the entry `node` says.
      node = newNode(entry)
      nodes.set(entry.node, node)
    }
    note(node, entry, order, { caller, calls, probes, noop: options.run.noop, deaf })
  })
  for (const entry of wire) {
    if (entry.what === 'sighting') nodes.get(entry.node)?.sighted.push(entry.run)
  }
  noteIntents(judged, nodes)
  return nodes
}

function noteIntents(
  { plan, wire, events, apart = 0 }: Judged,
  nodes: Map<string, NodeHistory>,
): void {
  if (!events.some(({ type }) => type === 'resumed')) return
  // Who goes on may have a clock that is set otherwise.
  let ahead = 0
  for (const entry of wire) {
    if (entry.what !== 'durable') continue
    for (const event of entry.events) {
      if (event.type === 'resumed') ahead = apart
      if (event.type !== 'intent' || event.change !== 'run') continue
      for (const n of event.nodes) {
        // The intent's own moment: when it was durable its reader cannot know.
        nodes.get(plan.nodes[n] as string)?.intents.push(event.at - ahead)
      }
    }
  }
}

/** When a run of a node was asked for first; undefined: never. */
export function firstAsked(node: NodeHistory | undefined): Moment | undefined {
  return node?.requests.find(({ action }) => action === 'runonce')?.sent
}

/** When a run of a node was asked for first, or was to be by a process that was killed; undefined: never. */
export function askedToRun(node: NodeHistory): Moment | undefined {
  return firstAsked(node) ?? node.intents[0]
}

function newNode(entry: FleetLogEntry & { readonly node: string }): NodeHistory {
  const lock = entry.what === 'node' && !entry.enabled ? entry.message : undefined
  return {
    name: entry.node,
    runs: [],
    locks: [],
    requests: [],
    intents: [],
    sighted: [],
    firstLock: lock,
    finalLock: lock,
  }
}

interface Context {
  readonly caller: string
  readonly calls: Map<string, Asked>
  readonly probes: ReadonlySet<string>
  /** A run that only pretends is what was asked for. */
  readonly noop: boolean
  readonly deaf: Judged['standstills']
}

function note(
  node: NodeHistory,
  entry: FleetLogEntry & { readonly node: string },
  order: number,
  { caller, calls, probes, noop, deaf }: Context,
): void {
  switch (entry.what) {
    case 'request':
    case 'unheard': {
      if (entry.caller !== caller) return
      const { action, sent } = entry
      if (probes.has(`${sent} ${action}`)) return
      const data = entry.what === 'request' ? entry.data : {}
      const acted = entry.what === 'request' ? entry.at : null
      const asked = {
        action,
        data,
        sent,
        acted,
        order,
        answered: false,
        answeredAt: null,
        code: null,
        text: '',
      }
      node.requests.push(asked)
      calls.set(`${node.name} ${entry.call}`, asked)
      return
    }
    case 'answer': {
      const asked = calls.get(`${node.name} ${entry.call}`)
      if (asked === undefined) return
      const isInTime = entry.at - asked.sent <= MOST_WAITED_MS
      const arrives = entry.at + REPLY_TRAVELS
      const isHeard =
        isInTime && !deaf.some(({ from, until }) => from <= arrives && arrives < until)
      asked.answered = isHeard && (entry.fate === 'sent' || entry.fate === 'twice')
      if (asked.answered) asked.answeredAt = entry.at
      asked.code = entry.code
      asked.text = entry.text
      return
    }
    case 'disabled':
    case 'enabled': {
      const { at, what, by, message } = entry
      node.locks.push({ at, order, what, by, message })
      node.finalLock = what === 'disabled' ? message : undefined
      return
    }
    case 'spawned':
      node.runs.push({
        run: entry.run,
        by: entry.by,
        spawned: entry.at,
        started: null,
        recorded: null,
        over: null,
        ending: null,
        good: false,
      })
      return
    case 'started':
    case 'summary':
    case 'vanished':
    case 'ended': {
      const run = node.runs.find((known) => known.run === entry.run)
      if (run === undefined) return
      if (entry.what === 'started') run.started = entry.at
      else if (entry.what === 'summary') run.recorded = entry.at
      else run.over = entry.at
      if (entry.what === 'ended') {
        run.ending = entry.ending
        run.good = entry.good || (noop && entry.ending === 'noop')
      }
      return
    }
    default:
      return
  }
}

/** The lock of a node at a position of the log: the message, null without one, undefined: enabled. */
export function lockAt(node: NodeHistory, order: number): string | null | undefined {
  const change = node.locks.findLast((one) => one.order <= order)
  if (change === undefined) return node.firstLock
  return change.what === 'disabled' ? change.message : undefined
}

/** Whether anybody but us changed its lock. */
export function hasStrangers(node: NodeHistory, caller: string): boolean {
  return node.firstLock !== undefined || node.locks.some((change) => change.by !== caller)
}

/**
 * What was judged: the last run that had recorded anything when the summary was read that reached us last. Where none
 * did since the run was requested, the last run that the witness told of.
 */
export function judgedRun(node: NodeHistory): PuppetRun | undefined {
  const read = evidenceRead(node)
  if (read?.acted != null) return recordedAt(node, read.acted)
  const run = node.sighted.at(-1)
  return node.runs.find((one) => one.run === run && one.recorded !== null)
}

/** The summary that reached us last, of those that were asked for after the run was requested. */
export function evidenceRead(node: NodeHistory): Asked | undefined {
  const asked = askedToRun(node) ?? Infinity
  return node.requests.findLast(
    ({ action, answered, acted, sent }) =>
      action === 'last_run_summary' && answered && acted !== null && sent >= asked,
  )
}

/** The run whose record a node that applies nothing has at a moment; not the last to be asked for, but to end. */
export function recordedAt(node: NodeHistory, at: Moment): PuppetRun | undefined {
  return node.runs
    .filter(({ recorded, over }) => recorded !== null && over !== null && over <= at)
    .sort((a, b) => (a.recorded ?? 0) - (b.recorded ?? 0))
    .at(-1)
}

/** Ended well; also one that was killed with all its work done and written down. */
export function isGood({ good, ending, recorded }: PuppetRun): boolean {
  return good || (ending === 'killed' && recorded !== null)
}
