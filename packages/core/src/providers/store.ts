import type { RunEvent } from '../run/events.js'
import type { RunEnding } from '../run/report-types.js'
import type { Call, Closable, Nodes, Stream } from './common.js'

export type RunId = string

/** What a list of runs shows without reading the journal whole. */
export interface RunHeader {
  readonly run: RunId
  /** UTC, ISO 8601. */
  readonly at: string
  readonly by: string
  readonly environment: string
  /** How many nodes the plan holds. */
  readonly nodes: number
}

/** A run as a list shows it, with how it ended where its journal says so: it may go on, or its process is gone. */
export interface ListedRun extends RunHeader {
  /** When it ended: UTC, ISO 8601. */
  readonly ended?: string
  readonly result?: RunEnding['result']
  readonly exit?: RunEnding['exit']
  /**
   * Of one that did not end: when its journal was last written to, or its holder was shut out, by the store's clock: UTC,
   * ISO 8601. From then on it sends nothing more, so that it need not be read whole to know that nothing can come.
   */
  readonly last?: string
}

/** Where events go in a journal, and who appends them. */
export interface Position {
  /** That of the lease of whoever appends. */
  readonly epoch: number
  /** Number of the first event, 0 for the first of the journal. */
  readonly seq: number
}

/** A run's journal: its events are the one truth; views, reports and history are folds of them. */
export interface Journal extends Closable {
  /**
   * Appends in one write and resolves when it is durable. Refuses a number that is taken or leaves a gap, and an
   * epoch that is over: what a holder writes after somebody took its lease over is no part of the journal
   * (promises, S17).
   * @throws CodedError when it cannot be made durable; the run then sends no further change (promises, S18).
   *   `store-lease-lost` when the epoch is over.
   */
  append(events: readonly RunEvent[], at: Position, call: Call): Promise<void>
  /** From event number `fromSeq` to the end. A torn last record is left out; any other damage is a coded error. */
  read(fromSeq: number, call: Call): Stream<RunEvent>
  /** Reads from the first event on, while somebody else may append. */
  tail(): JournalTail
}

/** A journal that is watched as it grows: each call costs what is new. */
export interface JournalTail {
  /**
   * What came since the last call, in the order in which it counts; nothing where nothing came. What is being written
   * is left for a later call. A part that begins at an event that was given already takes the place of all that was
   * given from there on: whoever took the run over had not read it, or the store lost it, so that it is no part of the
   * journal.
   */
  more(call: Call): Stream<JournalPart>
}

/** Events that were appended together. */
export interface JournalPart {
  /** Number of the first, 0 for the first of the journal. */
  readonly seq: number
  readonly events: readonly RunEvent[]
}

/** Held while a run may act on its nodes. The store keeps the heartbeat. */
export interface Lease {
  /** 1 for the first holder of a run's lock, one more for each that took it over. */
  readonly epoch: number
  /** Aborts when the store finds that somebody took the lease over; the reason is a CodedError `store-lease-lost`. */
  readonly lost: AbortSignal
  /**
   * Asks the store whether the lease is still ours. To be called after a change was signed and before it is sent:
   * a process that slept in between must not act (promises, S17).
   * @throws CodedError `store-lease-lost`, or of the store when it cannot be told
   */
  check(): Promise<void>
  release(): Promise<void>
}

/** A lock on nodes as another process sees it. */
export interface HeldLock {
  readonly run: RunId
  readonly epoch: number
  readonly by: string
  readonly host: string
  /** Process number on that host. */
  readonly process: number
  /** UTC, ISO 8601. */
  readonly since: string
  /** Last sign of life, UTC, ISO 8601. */
  readonly heartbeat: string
  readonly nodes: Nodes
  /** Its process is known to be gone, or gave no sign of life for as long as a lease lasts: it can be taken over. */
  readonly gone: boolean
}

export interface RunStore extends Closable {
  /** weak: what was acknowledged may be lost in a crash of the store. */
  readonly durability: 'strong' | 'weak'
  create(header: RunHeader, call: Call): Promise<Journal>
  /** @throws CodedError for a run that the store does not know. */
  open(run: RunId, call: Call): Promise<Journal>
  /** Newest first. */
  list(call: Call): Stream<ListedRun>
  /**
   * Takes the nodes for a run: two runs that share a store never act on the same node. The lock that a dead holder
   * of the same run left is taken over, which raises the epoch and so shuts that holder out.
   * @throws CodedError `store-nodes-locked` (exit 3) that names the holder: who, where, since when.
   */
  lock(nodes: Nodes, holder: RunHeader, call: Call): Promise<Lease>
  /** All locks that are held. */
  locks(call: Call): Stream<HeldLock>
  /**
   * Takes away the lock of a run whose holder is gone, and shuts that holder out should it wake up.
   * @throws CodedError `store-lock-alive` when it is not gone, `store-not-locked` when there is none
   */
  unlock(run: RunId, call: Call): Promise<HeldLock>
}
