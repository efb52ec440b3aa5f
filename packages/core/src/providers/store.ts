import type { RunEvent } from '../run/events.js'
import type { RunEnding } from '../run/report-types.js'
import type { Call, Closable, Stream } from './common.js'

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
}

/** A run's journal: its events are the one truth; views, reports and history are folds of them. */
export interface Journal extends Closable {
  /**
   * Appends in one write and resolves when it is durable.
   * @param seq number of the first of `events`, 0 for the first of the journal; refuses one already taken.
   * @throws CodedError when it cannot be made durable; the run then sends no further change (promises, S18).
   */
  append(events: readonly RunEvent[], seq: number, call: Call): Promise<void>
  /** From event number `fromSeq` to the end. A torn last record is left out; any other damage is a coded error. */
  read(fromSeq: number, call: Call): Stream<RunEvent>
}

/** Held while a run may act on its nodes. */
export interface Lease {
  release(): Promise<void>
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
   * Takes the nodes for a run: two runs that share a store never act on the same node.
   * @throws CodedError (exit 3) that names the holder: who, where, since when.
   */
  lock(nodes: readonly string[], holder: RunHeader, call: Call): Promise<Lease>
}
