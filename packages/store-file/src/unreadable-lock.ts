import type { CodedError, HeldLock } from '@choirmaster/core/provide'
import { fail } from './errors.js'
import { isLeaseOver, remove, type UnreadableLock } from './lock-file.js'
import type { LockHouse } from './locks.js'

/**
 * Lets a lock pass that cannot be read, where it can be nobody's any more: it gave no sign of life for a lease, its name
 * tells whose it is, and it breaks off, or the same run is being taken over. Once its file is away its holder sends
 * nothing more, should it only have slept. Any other may be that of a living run on the very nodes that are asked for.
 * @param own the run that asks @param now of the file system's clock, ms
 * @throws CodedError `store-lock-unreadable`
 */
export async function takeOverUnreadable(
  { notice }: LockHouse,
  found: UnreadableLock,
  own: string,
  now: number,
): Promise<void> {
  const { file, run, torn, beat } = found
  const isOurs = run === own
  if (run === undefined || !isLeaseOver(beat, now) || !(torn || isOurs)) throw unreadable(found)
  await remove(file)
  notice({
    level: 'warning',
    code: 'store-lock-taken-over',
    message: `${textOf(found)}. Its process gave no sign of life since ${signOf(found)}, so it counts as gone and the lock is taken over`,
  })
}

/** Tells once of a lock that is passed over. */
export function tellUnreadable({ notice, told }: LockHouse, found: UnreadableLock): void {
  if (told.has(found.file)) return
  told.add(found.file)
  const message = `${textOf(found)}; it is passed over`
  notice({ level: 'warning', code: 'store-lock-unreadable', message })
}

/** What is known of a lock by its file's name and time, so that it can be taken away; undefined: not whose it is. */
export function heldUnreadable(found: UnreadableLock, now: number): HeldLock | undefined {
  const { run, beat } = found
  if (run === undefined) return undefined
  const heartbeat = signOf(found)
  return {
    ...{ run, epoch: 1, by: 'unknown', host: 'an unknown host', process: 0, since: heartbeat },
    ...{ heartbeat, nodes: [], gone: isLeaseOver(beat, now) },
  }
}

function unreadable(found: UnreadableLock): CodedError {
  const { file, run } = found
  return fail('store-lock-unreadable', {
    message: `${textOf(found)}, so the nodes it holds are not known`,
    place: file,
    ...(run !== undefined && {
      hint: `See how that run is with \`choirmaster show ${run}\`. Where its process is gone, \`choirmaster unlock ${run}\` takes its lock away, 30 s after its last sign of life.`,
    }),
  })
}

function textOf({ file, run, why }: UnreadableLock): string {
  return `The lock ${file}${run === undefined ? '' : ` of run ${run}`} cannot be read (${why})`
}

function signOf({ beat }: UnreadableLock): string {
  return new Date(beat).toISOString()
}
