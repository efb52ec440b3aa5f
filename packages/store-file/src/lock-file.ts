import { type FileHandle, open, readdir, readFile, rename, stat, unlink } from 'node:fs/promises'
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { HeldLock } from '@choirmaster/core/provide'
import { fail } from './errors.js'
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

const ENDING = '.lock'
/** Second line: its owner has looked at all others and has the nodes, with this epoch. Until then it is asking. */
const HELD = /^held(?: (\d+))?$/
/** A holder that wrote nothing for so long is gone, or sleeps and is shut out when it is taken over; ms. */
const LEASE_MS = 30_000

export function lockName(run: string): string {
  return `${run}.${randomUUID()}${ENDING}`
}

/** All lock files of the folder. @throws CodedError `store-lock-unreadable` */
export async function* foundLocks(folder: string): AsyncGenerator<FoundLock> {
  const names = await readdir(folder).catch((cause: unknown) => {
    if (errnoOf(cause) === 'ENOENT') return []
    throw unusable(folder, cause)
  })
  for (const name of names.filter((entry) => entry.endsWith(ENDING)).sort()) {
    const found = await readLock(join(folder, name))
    if (found !== undefined) yield found
  }
}

/** Writes beside and renames, so that nobody ever reads a part. @returns the file, to go on writing to it */
export async function publish(file: string, lock: Lock): Promise<FileHandle> {
  const beside = `${file}.new`
  let handle: FileHandle | undefined
  try {
    handle = await open(beside, 'wx', 0o600)
    await handle.writeFile(`${JSON.stringify(lock)}\n`)
    await rename(beside, file)
    return handle
  } catch (cause) {
    await handle?.close()
    await remove(beside)
    throw unusable(file, cause)
  }
}

/** @returns undefined for one that was released meanwhile */
async function readLock(file: string): Promise<FoundLock | undefined> {
  let why: string
  try {
    const [first = '', second = ''] = (await readFile(file, 'utf8')).split('\n', 2)
    const lock = JSON.parse(first) as Partial<Lock> | null
    const held = HELD.exec(second)
    if (isLock(lock)) {
      const { mtimeMs: beat } = await stat(file)
      return { file, lock, asking: held === null, epoch: Number(held?.[1] ?? 1), beat }
    }
    why = 'it is no lock'
  } catch (cause) {
    if (errnoOf(cause) === 'ENOENT') return undefined
    why = cause instanceof SyntaxError ? 'it is no JSON' : reasonOf(cause)
  }
  throw fail('store-lock-unreadable', {
    message: `The lock ${file} cannot be read, so the nodes it holds are not known: ${why}`,
    place: file,
  })
}

function isLock(value: Partial<Lock> | null): value is Lock {
  return (
    typeof value?.pid === 'number' && typeof value.host === 'string' && Array.isArray(value.nodes)
  )
}

/** @param now of the file system's clock, ms @param host this one */
export function heldLock({ lock, epoch, beat }: FoundLock, now: number, host: string): HeldLock {
  return {
    ...{ run: lock.run, epoch, by: lock.by, host: lock.host, process: lock.pid },
    ...{ since: lock.since, heartbeat: new Date(beat).toISOString(), nodes: lock.nodes },
    gone: isGone(lock, host) || now - beat > LEASE_MS,
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
