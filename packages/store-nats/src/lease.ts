import {
  type Clock,
  type CodedError,
  type HeldLock,
  isCodedError,
  type Lease,
  leaseLost,
  type Milliseconds,
  type Moment,
  type RunId,
} from '@choirmaster/core/provide'
import type { Kept, Log } from './log.js'
import { json, parsed } from './parts.js'

/** Who holds nodes for a run: as it is admitted, so that it can be named before its lease is written, and in that. */
export interface Holder {
  readonly run: RunId
  readonly epoch: number
  /** Names the lock: two holders of one epoch cannot be. */
  readonly token: string
  readonly by: string
  readonly host: string
  readonly process: number
  /** When it was admitted, by the broker's clock: UTC, ISO 8601. */
  readonly since: string
}

/** What the subject of a run's lease holds; the time of the message is that of the last sign of life. */
export interface LeaseDocument extends Holder {
  /** Nobody holds it, but the epoch stands. */
  readonly released?: true
}

/** Between two signs of life; a lease bears five that are missing. */
const HEARTBEAT_MS: Milliseconds = 5_000
/** A holder that gave no sign of life for so long can be taken over. */
const LEASE_MS: Milliseconds = 30_000

/** @param now of the broker's clock */
export function isGone(beat: Moment, now: Moment): boolean {
  return now - beat > LEASE_MS
}

/**
 * Writes that somebody holds a run, or that nobody does, whatever the holder before does meanwhile.
 * @returns number of the message; undefined: the lease is of a later epoch already
 */
export async function writeLease(
  log: Log,
  subject: string,
  lease: LeaseDocument,
): Promise<number | undefined> {
  let found = await log.last(subject)
  for (;;) {
    const present = found && parsed<LeaseDocument>(found)
    if ((present?.epoch ?? 0) > lease.epoch) return undefined
    const after = found?.seq ?? 0
    const posted = await log.post(subject, { data: json(lease), replaces: true, after })
    if ('seq' in posted) return posted.seq
    found = posted.taken
  }
}

/**
 * A sign of life replaces the message before and is taken only while that is still the last: so it is at the same time
 * the question whether the lease is ours, answered by a majority of the stream's servers.
 * @param after number of the message before
 * @returns number of the message
 * @throws CodedError `store-lease-lost`
 */
export async function signOfLife(
  log: Log,
  subject: string,
  lease: LeaseDocument,
  after: number,
): Promise<number> {
  const data = json(lease)
  for (let before = after; ;) {
    const posted = await log.post(subject, { data, replaces: true, after: before })
    if ('seq' in posted) return posted.seq
    const { taken } = posted
    // A broker of a weak store that lost its last seconds gives our own sign of life from before them.
    if (taken === undefined || !isOf(lease, taken)) throw takenBy(lease.run, taken)
    before = taken.seq
  }
}

/**
 * Writes that nobody holds a run any more, on top of our own last sign of life. Whoever took the run over holds it by a
 * lease of his own, which stays.
 */
async function writeReleased(log: Log, subject: string, lease: LeaseDocument): Promise<void> {
  const data = json({ ...lease, released: true } satisfies LeaseDocument)
  for (let found = await log.last(subject); found && isOf(lease, found);) {
    const posted = await log.post(subject, { data, replaces: true, after: found.seq })
    if ('seq' in posted) return
    found = posted.taken
  }
}

/** Whether a message is a sign of life of this holder. */
function isOf({ token }: LeaseDocument, kept: Kept): boolean {
  const present = parsed<LeaseDocument>(kept)
  return present?.token === token && !present.released
}

/** Whether the holder of this token has released its lease. */
export function isReleased(kept: Kept, token: string): boolean {
  const present = parsed<LeaseDocument>(kept)
  return present?.token === token && present.released === true
}

export interface KeepInput {
  readonly log: Log
  readonly subject: string
  readonly lease: LeaseDocument
  /** Number of the message by which it was taken. */
  readonly seq: number
  readonly clock: Clock
  /** Gives the nodes back, after the lease says that nobody holds the run. */
  release(): Promise<void>
}

/** Keeps a lease alive. */
export function keepLease(input: KeepInput): Lease {
  const { log, subject, lease, clock } = input
  const lost = new AbortController()
  const over = new AbortController()
  let seq = input.seq
  let beating: Promise<unknown> = Promise.resolve()

  async function beat(): Promise<void> {
    lost.signal.throwIfAborted()
    try {
      seq = await signOfLife(log, subject, lease, seq)
    } catch (error) {
      if (isLost(error)) {
        over.abort()
        lost.abort(error)
      }
      throw error
    }
  }
  /** One after the other: each names the one before. */
  const check = (): Promise<void> => {
    const done = beating.then(beat)
    beating = done.catch(() => undefined)
    return done
  }

  async function live(): Promise<void> {
    for (;;) {
      await clock.sleepUntil(clock.now() + HEARTBEAT_MS, over.signal)
      try {
        await check()
      } catch (error) {
        // A broker that is away for a while is no reason to give up; when it lasts, the journal says so.
        if (isLost(error)) return
      }
    }
  }
  void live().catch(() => undefined)

  let released = false
  return {
    epoch: lease.epoch,
    lost: lost.signal,
    check,
    async release() {
      if (released) return
      released = true
      over.abort()
      await beating
      await writeReleased(log, subject, lease)
      await input.release()
    },
  }
}

function isLost(error: unknown): boolean {
  return isCodedError(error) && error.code === 'store-lease-lost'
}

function takenBy(run: RunId, kept: Kept | undefined): CodedError {
  const present = kept && parsed<LeaseDocument>(kept)
  return leaseLost(run, present === undefined || present.released ? undefined : present)
}

/** As another process sees it; undefined: the lease is not that of the holder of this token. */
export function heldLock(
  kept: Kept | undefined,
  token: string,
  nodes: readonly string[],
  now: Moment,
): HeldLock | undefined {
  const lease = kept && parsed<LeaseDocument>(kept)
  if (kept === undefined || lease?.token !== token) return undefined
  const { run, epoch, by, host, process, since } = lease
  const heartbeat = new Date(kept.time).toISOString()
  return { run, epoch, by, host, process, since, heartbeat, nodes, gone: isGone(kept.time, now) }
}
