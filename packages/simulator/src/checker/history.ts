import type { Moment, RunReport } from '@choirmaster/core'
import type { EngineOptions, RunEvent, RunPlan } from '@choirmaster/core'
import type { FleetLogEntry } from '../fleet/fleet-log.js'

/** What a run of Puppet on a node was, from the fleet's own log. */
export interface PuppetRun {
  readonly run: number
  readonly by: string
  readonly spawned: Moment
  started: Moment | null
  ended: Moment | null
  good: boolean
  /** It died without recording anything: nothing can tell it from one that never started. */
  killed: boolean
}

/** A change of a node's disable lock. */
export interface LockChange {
  readonly at: Moment
  readonly what: 'disabled' | 'enabled'
  readonly by: string
  readonly message: string | null
}

export interface NodeHistory {
  readonly name: string
  readonly runs: readonly PuppetRun[]
  readonly locks: readonly LockChange[]
  /** Requests of ours that acted on it; the look's permission checks, which are refused for their inputs, left out. */
  readonly requests: readonly {
    readonly action: string
    readonly sent: Moment
    readonly at: Moment
  }[]
  /** The lock at the end of the log: its message, null where it has none, undefined when enabled. */
  readonly finalLock: string | null | undefined
}

/** All that the checker knows: the fleet's own log and what the run says of itself. */
export interface Judged {
  readonly plan: RunPlan
  readonly options: EngineOptions
  readonly log: readonly FleetLogEntry[]
  readonly report: RunReport
  /** The journal, as recorded history: only when things were decided is taken from it. */
  readonly events: readonly RunEvent[]
}

/** `disable` with `a;b` and `runonce` with force `x` (puppet agent notes, 3.1). */
function isProbe(data: Readonly<Record<string, unknown>>): boolean {
  return data['message'] === 'a;b' || typeof data['force'] === 'string'
}

/** Sorts the fleet's log by node. */
export function histories(log: readonly FleetLogEntry[], caller: string): Map<string, NodeHistory> {
  const nodes = new Map<string, { -readonly [K in keyof NodeHistory]: NodeHistory[K] }>()
  for (const entry of log) {
    if (!('node' in entry)) continue
    let node = nodes.get(entry.node)
    if (node === undefined) {
      node = { name: entry.node, runs: [], locks: [], requests: [], finalLock: undefined }
      nodes.set(entry.node, node)
    }
    const runs = node.runs as PuppetRun[]
    const running = (run: number): PuppetRun | undefined => runs.find((known) => known.run === run)
    switch (entry.what) {
      case 'node':
        if (!entry.enabled) node.finalLock = entry.message
        break
      case 'request':
        if (entry.caller === caller && !isProbe(entry.data)) {
          node.requests = [
            ...node.requests,
            { action: entry.action, sent: entry.sent, at: entry.at },
          ]
        }
        break
      case 'disabled':
      case 'enabled':
        node.locks = [
          ...node.locks,
          { at: entry.at, what: entry.what, by: entry.by, message: entry.message },
        ]
        node.finalLock = entry.what === 'disabled' ? entry.message : undefined
        break
      case 'spawned':
        runs.push({
          run: entry.run,
          by: entry.by,
          spawned: entry.at,
          started: null,
          ended: null,
          good: false,
          killed: false,
        })
        break
      case 'started': {
        const run = running(entry.run)
        if (run !== undefined) run.started = entry.at
        break
      }
      case 'ended': {
        const run = running(entry.run)
        if (run !== undefined) {
          run.ended = entry.at
          run.good = entry.good
          run.killed = entry.ending === 'killed'
        }
        break
      }
      default:
        break
    }
  }
  return nodes
}
