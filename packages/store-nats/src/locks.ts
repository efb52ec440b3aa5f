import {
  type HeldLock,
  type Lease,
  leaseLost,
  lockAlive,
  nodesLocked,
  type Nodes,
  notLocked,
  type RunHeader,
  type RunId,
} from '@choirmaster/core/provide'
import {
  type Found,
  leave,
  type LockHouse,
  nameless,
  readAdmission,
  writeAdmission,
} from './admission.js'
import { markEpoch } from './journal.js'
import { type Holder, keepLease, type LeaseDocument, signOfLife, writeLease } from './lease.js'
import { json, parsed, writeText } from './parts.js'

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
  /** Whom it may have replaced in the admission; undefined: it was not asked yet. */
  let asked: { readonly same: Found | undefined } | undefined
  try {
    const wanted = new Set(nodes)
    for (;;) {
      const { seq, found, now } = await readAdmission(house)
      const same = found.find(({ holder }) => holder.run === run)
      for (const one of found) refuseShared(one, run, wanted)
      const epoch = await epochAfter(house, run, same)
      const others = found.flatMap(({ holder }) => (holder.run === run ? [] : [holder]))
      const since = new Date(now).toISOString()
      const own: Holder = { run, epoch, token, by: by.by, host, process: process.pid, since }
      asked = { same }
      if (!(await writeAdmission(house, [...others, own], seq))) {
        asked = undefined
        continue
      }
      const lease = await take(house, own)
      if (same !== undefined) await forget(house, run, same.holder.token)
      return lease
    }
  } catch (error) {
    await giveUp(house, run, token, asked).catch(() => undefined)
    throw error
  }
}

/** @throws CodedError where another process holds the run, or another run what is wanted */
function refuseShared(one: Found, run: RunId, wanted: ReadonlySet<string>): void {
  const { holder, held, isNameless } = one
  const shared = held.nodes.filter((node) => wanted.has(node))
  if (holder.run === run ? !held.gone : shared.length > 0) throw nodesLocked(held, shared)
  if (holder.run !== run && isNameless) throw nameless(one)
}

/**
 * Leaves nothing behind of a lock that was not got, where that is safe: whoever may have replaced a holder that may wake
 * up stays until an unlock shuts that one out, and the names of who is still admitted stay with it.
 */
async function giveUp(
  house: LockHouse,
  run: RunId,
  token: string,
  asked: { readonly same: Found | undefined } | undefined,
): Promise<void> {
  if (asked !== undefined && (asked.same !== undefined || !(await leave(house, token)))) return
  await forget(house, run, token)
}

/** The lease's message shuts out the holder before; the mark in the journal, what that one still writes. */
async function take(house: LockHouse, lease: LeaseDocument): Promise<Lease> {
  const { log, subjects, clock } = house
  const { run, epoch, token } = lease
  let seq = await writeLease(log, subjects.lease(run), lease)
  // It stood still since it was admitted, and another one shut it out.
  if (seq === undefined) throw leaseLost(run)
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
 * Takes away the lock of a run whose holder is gone, and shuts that holder out: only while its lease is as it was judged,
 * so that neither who wakes up meanwhile nor who takes the run over is robbed.
 * @throws CodedError `store-lock-alive`, `store-not-locked`
 */
export async function unlockRun(house: LockHouse, run: RunId): Promise<HeldLock> {
  const { log, subjects } = house
  for (;;) {
    const { found } = await readAdmission(house)
    const lock = found.find(({ holder }) => holder.run === run)
    if (lock === undefined) throw notLocked(run)
    const { holder, held } = lock
    if (!held.gone) throw lockAlive(held)
    const epoch = await epochAfter(house, run, lock)
    const data = json({
      ...holder,
      epoch,
      token: log.name(),
      released: true,
    } satisfies LeaseDocument)
    const shut = { data, replaces: true, after: lock.lease }
    if (!('seq' in (await log.post(subjects.lease(run), shut)))) continue
    await markEpoch(log, run, subjects.journal(run), epoch)
    // Who took the run over meanwhile is in its place, and is judged anew.
    if (!(await leave(house, holder.token))) continue
    await forget(house, run, holder.token)
    return held
  }
}

/** All locks that are held. */
export async function* heldLocks(house: LockHouse): AsyncGenerator<HeldLock> {
  for (const { held } of (await readAdmission(house)).found) yield held
}

/** An empty message takes the place of the names of a lock's nodes. */
async function forget({ log, subjects }: LockHouse, run: RunId, token: string): Promise<void> {
  await log.post(subjects.nodes(run, token), { data: new Uint8Array(), replaces: true })
}
