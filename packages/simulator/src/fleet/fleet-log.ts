import type { Json, Moment } from '@choirmaster/core/provide'
import type { Ending } from '../node/endings.js'

/** Version of the fleet's log; docs/fleet-log.md describes it. */
export const FLEET_LOG_SCHEMA = 'choirmaster.fleet-log/1'

/** Why a server drops a message, in the order in which real servers look (go-choria, server/processor.go). */
export type DropReason =
  | 'malformed'
  | 'certificate'
  | 'token'
  | 'caller'
  | 'signature'
  | 'collective'
  | 'filter'
  | 'expired'
  | 'agent'

/** What was done to a node, or by it; written when it takes effect. */
export type FleetEffect =
  /** The node came into being: what it was like then, and the faults that the scenario gives it. */
  | {
      readonly what: 'node'
      readonly enabled: boolean
      readonly message: string | null
      readonly applying: boolean
      readonly faults: readonly string[]
    }
  /** A request acts on the node; its effects follow. */
  | {
      readonly what: 'request'
      readonly call: number
      readonly action: string
      readonly caller: string
      readonly data: Readonly<Record<string, Json>>
      /** When it was sent. */
      readonly sent: Moment
    }
  /** A request that had no effect, as it did not reach the agent or was killed before it could act. */
  | {
      readonly what: 'unheard'
      readonly call: number
      readonly action: string
      readonly caller: string
      readonly sent: Moment
      readonly why: 'not-connected' | 'no-reply' | 'no-agent' | 'expired' | 'killed'
    }
  /** On a broker: a message that its server dropped without an answer, as it is not genuine or not for this node. */
  | { readonly what: 'dropped'; readonly why: DropReason; readonly detail: string }
  /** What the agent answered, and what became of the reply. */
  | {
      readonly what: 'answer'
      readonly call: number
      readonly action: string
      readonly code: number
      readonly text: string
      readonly fate: 'sent' | 'lost' | 'late' | 'twice' | 'damaged'
    }
  /** The lock was written. */
  | { readonly what: 'disabled'; readonly by: string; readonly message: string | null }
  /** Disabling a disabled node: nothing changed. */
  | { readonly what: 'already-disabled'; readonly by: string; readonly message: string | null }
  /** The lock was removed; `message` is what it held, null where it held none. */
  | { readonly what: 'enabled'; readonly by: string; readonly message: string | null }
  /** A Puppet process was started; `attempt` counts those that callers asked for. */
  | {
      readonly what: 'spawned'
      readonly run: number
      readonly by: string
      readonly attempt?: number
    }
  /** It ended before it held the run lock and left no trace on the node. */
  | {
      readonly what: 'vanished'
      readonly run: number
      readonly by: string
      readonly why: 'disabled' | 'busy' | 'broken' | 'reboot'
    }
  /** It holds the run lock. */
  | { readonly what: 'started'; readonly run: number; readonly by: string }
  /** It wrote the summary: `lastrun` moves, node's clock, seconds. */
  | {
      readonly what: 'summary'
      readonly run: number
      readonly by: string
      readonly lastrun: number
    }
  /** It released the run lock, or was killed. `good`: a fresh catalog was applied whole and without failures. */
  | {
      readonly what: 'ended'
      readonly run: number
      readonly by: string
      readonly ending: Ending | 'killed'
      readonly good: boolean
    }
  /** The node's clock jumped. */
  | { readonly what: 'clock-stepped'; readonly seconds: number }
  | { readonly what: 'down'; readonly why: 'not-connected' | 'no-reply' }
  | { readonly what: 'up' }
  /** A fault of the scenario took effect. */
  | { readonly what: 'fault'; readonly fault: string }

/** A line of the fleet's log. `at`: the fleet's clock, ms since 1970. */
export type FleetLogEntry =
  | {
      readonly at: Moment
      readonly what: 'fleet'
      readonly schema: typeof FLEET_LOG_SCHEMA
      readonly seed: number
    }
  | ({ readonly at: Moment; readonly node: string } & FleetEffect)

/** Where the log goes. `write` is called for each entry, `flush` when time moves on or the fleet is read. */
export interface FleetLog {
  write(entry: FleetLogEntry): void
  flush(): void
  close(): void
}
