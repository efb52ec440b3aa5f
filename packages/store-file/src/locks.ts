import { join } from 'node:path'
import { stat } from 'node:fs/promises'
import {
  type Clock,
  type HeldLock,
  type Lease,
  listed,
  lockAlive,
  nodesLocked,
  type Notice,
  notLocked,
  type RunHeader,
  type RunId,
  whereabouts,
} from '@choirmaster/core/provide'
import { currentEpoch, raiseEpoch } from './epochs.js'
import { identityOf, isGone } from './holder.js'
import { keepLease } from './lease.js'
import {
  folderTime,
  type FoundLock,
  foundLocks,
  heldLock,
  isReadable,
  type Lock,
  lockName,
  publish,
  remove,
} from './lock-file.js'
import { unusable } from './state-folder.js'
import { heldUnreadable, takeOverUnreadable, tellUnreadable } from './unreadable-lock.js'

/** Another process that asks at the same time decides within milliseconds; one that was stopped meanwhile may never. */
const ASKING_MS = 5_000
const AGAIN_MS = 20

/** What locks are kept with. */
export interface LockHouse {
  readonly folder: string
  /** The journal of a run. */
  journalOf(run: RunId): string
  readonly host: string
  readonly clock: Clock
  notice(notice: Notice): void
  /** Files that cannot be read and were told of: who watches a run asks again and again. */
  readonly told: Set<string>
}

/**
 * Takes nodes for a run, against all processes that share the folder.
 *
 * Each holder writes a file of its own and only then reads the others', so of two that want the same node at least
 * one sees the other. Of two that are both asking, one waits for the other's decision and the other gives way. There
 * is no common mutex that a killed process could leave behind, and a file is never used again by another, so that
 * the one of a dead holder can be removed without a race.
 * @throws CodedError `store-nodes-locked`, `store-lock-unreadable`, `store-unusable`
 */
export async function lockNodes(
  house: LockHouse,
  nodes: readonly string[],
  holder: RunHeader,
): Promise<Lease> {
  const { folder, clock } = house
  const { run, at: since, by } = holder
  const file = join(folder, lockName(run))
  const own: Lock = { run, ...identityOf(process.pid, house.host), since, by, nodes }
  const handle = await publish(file, own)
  try {
    const tookOver = await settle(house, file, own)
    const journal = house.journalOf(run)
    const epoch = tookOver ? await raiseEpoch(journal) : Math.max(1, await currentEpoch(journal))
    await handle.writeFile(`held ${epoch}\n`)
    return keepLease({ folder, file, handle, own, epoch, journal, clock })
  } catch (error) {
    await remove(file)
    await handle.close()
    throw error
  }
}

/**
 * Takes away the lock of a run whose holder is gone, and shuts that holder out should it wake up. Those of other runs that
 * cannot be read are passed over.
 * @throws CodedError `store-lock-alive`, `store-not-locked`
 */
export async function unlockRun(house: LockHouse, run: RunId): Promise<HeldLock> {
  const own: OwnLock[] = []
  for await (const one of eachHeld(house)) if (one.held.run === run) own.push(one)
  const [first] = own
  if (first === undefined) throw notLocked(run)
  const alive = own.find(({ held }) => !held.gone)
  if (alive !== undefined) throw lockAlive(alive.held)
  await raiseEpoch(house.journalOf(run))
  // Who was killed while he took the run over left one beside that of the holder before.
  for (const { file } of own) await remove(file)
  return first.held
}

/** All locks that are held; of one that cannot be read what its name tells. */
export async function* heldLocks(house: LockHouse): AsyncGenerator<HeldLock> {
  for await (const { held } of eachHeld(house)) yield held
}

interface OwnLock {
  readonly file: string
  readonly held: HeldLock
}

async function* eachHeld(house: LockHouse): AsyncGenerator<OwnLock> {
  const now = await folderTime(house.folder, house.clock.now())
  for await (const found of foundLocks(house.folder)) {
    const { file } = found
    if (isReadable(found)) {
      yield { file, held: heldLock(found, now, house.host) }
      continue
    }
    tellUnreadable(house, found)
    const held = heldUnreadable(found, now)
    if (held !== undefined) yield { file, held }
  }
}

/**
 * Returns when no living process holds any of the nodes.
 * @returns whether the lock of a dead holder of the same run was in the way, and is gone
 */
async function settle(house: LockHouse, file: string, own: Lock): Promise<boolean> {
  const { clock, host } = house
  const wanted = new Set(own.nodes)
  const patience = clock.now() + ASKING_MS
  const now = await timeOf(file)
  let tookOver = false
  for (;;) {
    let undecided = false
    for await (const found of foundLocks(house.folder)) {
      if (!isReadable(found)) {
        await takeOverUnreadable(house, found, own.run, now)
        tookOver ||= found.run === own.run
        continue
      }
      const { lock, asking } = found
      const shared = lock.nodes.filter((node) => wanted.has(node))
      if (found.file === file || (shared.length === 0 && lock.run !== own.run)) continue
      const held = heldLock(found, now, host)
      // Another run's holder that only sleeps is not shut out unasked; of a process that is gone nothing can come.
      if (lock.run === own.run ? held.gone : isGone(lock, host)) {
        tookOver ||= lock.run === own.run
        await takeOver(house, found, held, shared)
      } else if (asking && file < found.file && clock.now() < patience) {
        undecided = true
      } else {
        throw nodesLocked(held, shared)
      }
    }
    if (!undecided) return tookOver
    await clock.sleepUntil(clock.now() + AGAIN_MS, new AbortController().signal)
  }
}

async function takeOver(
  { notice }: LockHouse,
  { file }: FoundLock,
  lock: HeldLock,
  shared: readonly string[],
): Promise<void> {
  await remove(file)
  const what = shared.length === 0 ? '' : ` held ${listed(shared)}`
  notice({
    level: 'warning',
    code: 'store-lock-taken-over',
    message: `Run ${lock.run} of ${lock.by}${what} on ${whereabouts(lock)}; its process ${lock.process} is gone, so the lock is taken over`,
  })
}

/** When our own file was written, ms: the file system's clock, now. */
async function timeOf(file: string): Promise<number> {
  try {
    return (await stat(file)).mtimeMs
  } catch (cause) {
    throw unusable(file, cause)
  }
}
