import {
  type Clock,
  type HeldLock,
  type Lease,
  lockAlive,
  type Moment,
  nodesLocked,
  type Nodes,
  notLocked,
  type RunHeader,
  type RunId,
} from '@choirmaster/core/provide'
import { markEpoch } from './journal.js'
import {
  heldLock,
  isGone,
  isReleased,
  keepLease,
  type LeaseDocument,
  signOfLife,
  writeLease,
} from './lease.js'
import type { Log } from './log.js'
import { json, parsed, readText, writeText } from './parts.js'
import type { Subjects } from './subjects.js'

/** What locks are kept with. */
export interface LockHouse {
  readonly log: Log
  readonly subjects: Subjects
  readonly clock: Clock
  readonly host: string
  /** The broker's clock, ms. */
  brokerTime(): Promise<Moment>
}

/** The one message that says who holds nodes. */
interface Admission {
  readonly holders: readonly Holder[]
}

interface Holder {
  readonly run: RunId
  readonly epoch: number
  readonly token: string
  /** Who it is: to be named before its lease is written, too. */
  readonly by: string
  readonly host: string
  readonly process: number
}

/** A lock, as it was found, with its place in the admission. */
interface Found {
  readonly holder: Holder
  readonly held: HeldLock
}

/**
 * Takes nodes for a run, against all who use the stream: who is in the one admission message has the nodes. It is
 * replaced only by who has read the last one, so that of two who want the same node the second sees the first.
 * @throws CodedError `store-nodes-locked`
 */
export async function lockNodes(house: LockHouse, nodes: Nodes, by: RunHeader): Promise<Lease> {
  const { log, subjects, host } = house
  const { run } = by
  const token = log.name()
  const names = subjects.nodes(run, token)
  await writeText(log, names, JSON.stringify(nodes))
  try {
    const wanted = new Set(nodes)
    for (;;) {
      const { seq, found, now } = await readAdmission(house)
      const same = found.find(({ holder }) => holder.run === run)
      for (const { holder, held } of found) {
        const shared = held.nodes.filter((node) => wanted.has(node))
        if (holder.run === run ? !held.gone : shared.length > 0) throw nodesLocked(held, shared)
      }
      const epoch = await epochAfter(house, run, same)
      const others = found.flatMap(({ holder }) => (holder.run === run ? [] : [holder]))
      const own: Holder = { run, epoch, token, by: by.by, host, process: process.pid }
      const admission: Admission = { holders: [...others, own] }
      const posted = await log.post(subjects.admission, {
        data: json(admission),
        replaces: true,
        after: seq,
      })
      if (!('seq' in posted)) continue
      const lease = await take(house, by, epoch, token, now)
      if (same !== undefined) await forget(house, run, same.holder.token)
      return lease
    }
  } catch (error) {
    await clear(log, names)
    throw error
  }
}

/** The lease's message shuts out the holder before; the mark in the journal, what that one still writes. */
async function take(
  house: LockHouse,
  { run, by }: RunHeader,
  epoch: number,
  token: string,
  now: Moment,
): Promise<Lease> {
  const { log, subjects, clock, host } = house
  const since = new Date(now).toISOString()
  const lease: LeaseDocument = { run, epoch, token, by, host, process: process.pid, since }
  let seq = await writeLease(log, subjects.lease(run), lease)
  if (seq === undefined) throw notLocked(run)
  if (epoch > 1) {
    await markEpoch(log, run, subjects.journal(run), epoch)
    // A process that stood still meanwhile may have been taken over itself, and must not believe that it holds the run.
    seq = await signOfLife(log, subjects.lease(run), lease, seq)
  }
  return keepLease({
    ...{ log, lease, seq, clock },
    subject: subjects.lease(run),
    async release() {
      await leave(house, token)
      await forget(house, run, token)
    },
  })
}

/** The epoch of a run's next holder: one more than that of a holder who may still wake up. */
async function epochAfter(
  { log, subjects }: LockHouse,
  run: RunId,
  same: Found | undefined,
): Promise<number> {
  const kept = await log.last(subjects.lease(run))
  const last = (kept && parsed<LeaseDocument>(kept))?.epoch ?? 0
  if (same === undefined) return Math.max(1, last)
  return Math.max(last, same.holder.epoch) + 1
}

/**
 * Takes away the lock of a run whose holder is gone, and shuts that holder out.
 * @throws CodedError `store-lock-alive`, `store-not-locked`
 */
export async function unlockRun(house: LockHouse, run: RunId): Promise<HeldLock> {
  const { log, subjects } = house
  const { found } = await readAdmission(house)
  const lock = found.find(({ holder }) => holder.run === run)
  if (lock === undefined) throw notLocked(run)
  const { holder, held } = lock
  if (!held.gone) throw lockAlive(held)
  const epoch = (await epochAfter(house, run, lock)) || 1
  const { by, host, since } = held
  const lease = { run, epoch, token: log.name(), by, host, process: held.process, since }
  await writeLease(log, subjects.lease(run), { ...lease, released: true })
  await markEpoch(log, run, subjects.journal(run), epoch)
  await leave(house, holder.token)
  await forget(house, run, holder.token)
  return held
}

/** All locks that are held. */
export async function* heldLocks(house: LockHouse): AsyncGenerator<HeldLock> {
  for (const { held } of (await readAdmission(house)).found) yield held
}

/** Who released its lease holds nothing any more, also where it was killed before it left the admission. */
async function readAdmission(
  house: LockHouse,
): Promise<{ readonly seq: number; readonly found: readonly Found[]; readonly now: Moment }> {
  const { log, subjects } = house
  const kept = await log.last(subjects.admission)
  const now = await house.brokerTime()
  const holders = (kept && parsed<Admission>(kept))?.holders ?? []
  const found: Found[] = []
  for (const holder of holders) {
    const { run, epoch, token } = holder
    const lease = await log.last(subjects.lease(run))
    if (lease && isReleased(lease, token)) continue
    const text = await readText(log, subjects.nodes(run, token))
    const nodes = text === undefined ? [] : (JSON.parse(text) as string[])
    // Who was admitted a moment ago has not written its lease yet.
    const held =
      (lease && heldLock(lease, nodes, now)) ?? admitted(holder, nodes, kept?.time ?? now, now)
    found.push({ holder, held: { ...held, epoch } })
  }
  return { seq: kept?.seq ?? 0, found, now }
}

function admitted(holder: Holder, nodes: Nodes, at: Moment, now: Moment): HeldLock {
  const { token: _, ...who } = holder
  const since = new Date(at).toISOString()
  return { ...who, since, heartbeat: since, nodes, gone: isGone(at, now) }
}

/** Takes one holder out of the admission. */
async function leave({ log, subjects }: LockHouse, token: string): Promise<void> {
  for (;;) {
    const kept = await log.last(subjects.admission)
    const holders = (kept && parsed<Admission>(kept))?.holders ?? []
    if (kept === undefined || !holders.some((holder) => holder.token === token)) return
    const admission: Admission = { holders: holders.filter((holder) => holder.token !== token) }
    const data = json(admission)
    const posted = await log.post(subjects.admission, { data, replaces: true, after: kept.seq })
    if ('seq' in posted) return
  }
}

async function forget({ log, subjects }: LockHouse, run: RunId, token: string): Promise<void> {
  await clear(log, subjects.nodes(run, token))
}

/** An empty message takes the place of all that a subject holds. */
async function clear(log: Log, subject: string): Promise<void> {
  await log.post(subject, { data: new Uint8Array(), replaces: true })
}
