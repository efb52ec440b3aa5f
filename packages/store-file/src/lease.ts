import type { FileHandle } from 'node:fs/promises'
import { type Clock, isCodedError, type Lease, leaseLost } from '@choirmaster/core/provide'
import { isOver } from './epochs.js'
import { foundLocks, isReadable, type Lock, remove } from './lock-file.js'
import { isThere } from './state-folder.js'

/** Between two signs of life; a lease bears five that are missing. */
const HEARTBEAT_MS = 5_000

export interface LeaseInput {
  readonly folder: string
  readonly file: string
  readonly handle: FileHandle
  readonly own: Lock
  readonly epoch: number
  /** The run's journal, beside which a take-over shows. */
  readonly journal: string
  readonly clock: Clock
}

/**
 * Keeps a lock alive: a byte is written to its file again and again, so that the file's time is that of the last sign
 * of life. Each time, and whenever it is asked for, it is looked whether somebody took over.
 */
export function keepLease(input: LeaseInput): Lease {
  const { folder, file, handle, own, epoch, journal, clock } = input
  const lost = new AbortController()
  const over = new AbortController()

  async function check(): Promise<void> {
    lost.signal.throwIfAborted()
    if (!(await isOver(journal, epoch)) && (await isThere(file))) return
    const reason = leaseLost(own.run, await presentHolder(folder, file, own.run))
    over.abort()
    lost.abort(reason)
    throw reason
  }

  async function live(): Promise<void> {
    const { size } = await handle.stat()
    for (;;) {
      await clock.sleepUntil(clock.now() + HEARTBEAT_MS, over.signal)
      try {
        await check()
        await handle.write('\n', size)
      } catch (error) {
        // A disk that fails for a moment is no reason to give up; when it lasts, the journal says so.
        if (isCodedError(error) && error.code === 'store-lease-lost') return
      }
    }
  }
  void live().catch(() => undefined)

  let released = false
  return {
    epoch,
    lost: lost.signal,
    check,
    async release() {
      if (released) return
      released = true
      over.abort()
      await remove(file)
      await handle.close()
    },
  }
}

/** Who holds the run now, to be named; undefined: nobody does. */
async function presentHolder(
  folder: string,
  file: string,
  run: string,
): Promise<{ by: string; host: string; process: number } | undefined> {
  try {
    for await (const found of foundLocks(folder)) {
      if (!isReadable(found)) continue
      const { lock } = found
      if (found.file !== file && lock.run === run) {
        return { by: lock.by, host: lock.host, process: lock.pid }
      }
    }
  } catch {
    // A folder that cannot be read: nobody is named.
  }
  return undefined
}
