import { type FileHandle, open, readdir, readFile, rename, stat, unlink } from 'node:fs/promises'
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { HeldLock } from '@choirmaster/core/provide'
import { isGone, type ProcessIdentity } from './holder.js'
import { errnoOf, reasonOf, unusable } from './state-folder.js'

/** First line of a lock file. */
export interface Lock extends ProcessIdentity {
  readonly run: string
  /** UTC, ISO 8601. */
  readonly since: string
  readonly by: string
  readonly nodes: readonly string[]
}

/** A lock file as it was found. */
export interface FoundLock {
  readonly file: string
  readonly lock: Lock
  /** Its owner has not looked at all others yet. */
  readonly asking: boolean
  readonly epoch: number
  /** When its owner last wrote to it, ms, of the file system's clock. */
  readonly beat: number
}

/** A lock file of which nobody can tell which nodes it holds. */
export interface UnreadableLock {
  readonly file: string
  /** Whose it is by its name; undefined: no lock of ours has such a name. */
  readonly run: string | undefined
  readonly why: string
  /** It breaks off. What is published is whole, so that its writer ended with its machine. */
  readonly torn: boolean
  /** When its owner last wrote to it, ms, of the file system's clock. */
  readonly beat: number
}

const ENDING = '.lock'
const NAME = /^([A-Za-z0-9][A-Za-z0-9_.-]*)\.[^.]+\.lock$/
/** Second line: its owner has looked at all others and has the nodes, with this epoch. Until then it is asking. */
const HELD = /^held(?: (\d+))?$/
/** A holder that wrote nothing for so long is gone, or sleeps and is shut out when it is taken over; ms. */
const LEASE_MS = 30_000

export function lockName(run: string): string {
  return `${run}.${randomUUID()}${ENDING}`
}

export function isReadable(found: FoundLock | UnreadableLock): found is FoundLock {
  return 'lock' in found
}

/** All lock files of the folder. @throws CodedError `store-unusable` when the folder itself cannot be read */
export async function* foundLocks(folder: string): AsyncGenerator<FoundLock | UnreadableLock> {
  const names = await readdir(folder).catch((cause: unknown) => {
    if (errnoOf(cause) === 'ENOENT') return []
    throw unusable(folder, cause)
  })
  for (const name of names.filter((entry) => entry.endsWith(ENDING)).sort()) {
    const found = await readLock(join(folder, name), NAME.exec(name)?.[1])
    if (found !== undefined) yield found
  }
}

/**
 * Writes beside and renames, so that nobody ever reads a part; flushed before, as a machine that loses power may keep the
 * name alone. @returns the file, to go on writing to it
 */
export async function publish(file: string, lock: Lock): Promise<FileHandle> {
  const beside = `${file}.new`
  let handle: FileHandle | undefined
  try {
    handle = await open(beside, 'wx', 0o600)
    await handle.writeFile(`${JSON.stringify(lock)}\n`)
    await handle.sync()
    await rename(beside, file)
    return handle
  } catch (cause) {
    await handle?.close()
    await remove(beside)
    throw unusable(file, cause)
  }
}

/** @returns undefined for one that was released meanwhile */
async function readLock(
  file: string,
  run: string | undefined,
): Promise<FoundLock | UnreadableLock | undefined> {
  try {
    const { mtimeMs: beat } = await stat(file)
    const unreadable = (why: string, torn = false) => ({ file, run, why, torn, beat })
    // One whose first line is whole was asked for by a process that went on after it.
    let isWhole = true
    try {
      const text = await readFile(file, 'utf8')
      isWhole = text.includes('\n')
      const [first = '', second = ''] = text.split('\n', 2)
      const lock = JSON.parse(first) as Partial<Lock> | null
      const held = HELD.exec(second)
      if (!isLock(lock)) return unreadable('it is no lock')
      // Again, as it may have lived on while it was read.
      const { mtimeMs } = await stat(file)
      return { file, lock, asking: held === null, epoch: Number(held?.[1] ?? 1), beat: mtimeMs }
    } catch (cause) {
      if (errnoOf(cause) === 'ENOENT') return undefined
      if (!(cause instanceof SyntaxError)) return unreadable(reasonOf(cause))
      return isWhole ? unreadable('it is no JSON') : unreadable('it breaks off', true)
    }
  } catch (cause) {
    if (errnoOf(cause) === 'ENOENT') return undefined
    throw unusable(file, cause)
  }
}

function isLock(value: Partial<Lock> | null): value is Lock {
  return (
    typeof value?.pid === 'number' &&
    typeof value.run === 'string' &&
    typeof value.host === 'string' &&
    Array.isArray(value.nodes)
  )
}

/** @param now of the file system's clock, ms */
export function isLeaseOver(beat: number, now: number): boolean {
  return now - beat > LEASE_MS
}

/** @param now of the file system's clock, ms @param host this one */
export function heldLock({ lock, epoch, beat }: FoundLock, now: number, host: string): HeldLock {
  return {
    ...{ run: lock.run, epoch, by: lock.by, host: lock.host, process: lock.pid },
    ...{ since: lock.since, heartbeat: new Date(beat).toISOString(), nodes: lock.nodes },
    gone: isGone(lock, host) || isLeaseOver(beat, now),
  }
}

/** What the file system's clock says, ms: that of its server where it is shared, so that no clocks are compared. */
export async function folderTime(folder: string, otherwise: number): Promise<number> {
  const probe = join(folder, `${randomUUID()}.now`)
  try {
    await (await open(probe, 'wx', 0o600)).close()
    return (await stat(probe)).mtimeMs
  } catch {
    // Who may only read sees how old a sign of life is by its own clock.
    return otherwise
  } finally {
    await unlink(probe).catch(() => {})
  }
}

export async function remove(file: string): Promise<void> {
  await unlink(file).catch((cause: unknown) => {
    if (errnoOf(cause) !== 'ENOENT') throw unusable(file, cause)
  })
}
