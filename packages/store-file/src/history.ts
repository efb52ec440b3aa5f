import { type FileHandle, open, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type ListedRun, isCodedError, type Notice } from '@choirmaster/core/provide'
import { ENDING_BYTES, readEnding } from './format.js'
import { epochsIn, segmentFile } from './epochs.js'
import { headerOf } from './records.js'
import { errnoOf, JOURNAL_ENDING, reasonOf, unusable } from './state-folder.js'

/** How many journals are open at once while their headers are read. */
const AT_ONCE = 32

/**
 * Headers of all runs with how each ended, newest first; runs of the same moment by id. Reads the first line and
 * the last bytes of each. A file that cannot be read is a notice and does not hide the others.
 * @throws CodedError `store-unusable` when the folder itself cannot be read
 */
export async function listRuns(
  folder: string,
  notice: (notice: Notice) => void,
): Promise<readonly ListedRun[]> {
  const names = await readdir(folder).catch((cause: unknown) => {
    if (errnoOf(cause) === 'ENOENT') return []
    throw unusable(folder, cause)
  })
  const files = names.filter((name) => name.endsWith(JOURNAL_ENDING)).sort()
  const segments = new Set(
    names.map((name) => name.replace(/\.\d+$/, '')).filter((n, i) => n !== names[i]),
  )
  const runs: ListedRun[] = []
  for (let from = 0; from < files.length; from += AT_ONCE) {
    const some = files.slice(from, from + AT_ONCE).map((name) => {
      const epochs = segments.has(name) ? epochsIn(names, name) : []
      return runIn(join(folder, name), epochs, notice)
    })
    for (const run of await Promise.all(some)) if (run) runs.push(run)
  }
  return runs.sort((a, b) => compare(b.at, a.at) || compare(b.run, a.run))
}

async function runIn(
  file: string,
  epochs: readonly number[],
  notice: (notice: Notice) => void,
): Promise<ListedRun | undefined> {
  try {
    const handle = await open(file, 'r')
    try {
      const header = await headerOf(handle, file)
      const ending = readEnding((await lastOf(file, epochs)) ?? (await tailOf(handle)))
      if (ending.ended !== undefined) return { ...header, ...ending }
      // Whoever shut its holder out began a file of his own.
      const epoch = epochs.at(-1)
      const { mtime } = await (epoch === undefined ? handle.stat() : stat(segmentFile(file, epoch)))
      return { ...header, last: mtime.toISOString() }
    } finally {
      await handle.close()
    }
  } catch (error) {
    // Removed since the folder was read.
    if (errnoOf(error) === 'ENOENT') return undefined
    const message = isCodedError(error) ? error.message : `Cannot read ${file}: ${reasonOf(error)}`
    notice({ level: 'warning', code: 'store-run-unreadable', message })
    return undefined
  }
}

/** The last bytes of the file of the newest epoch that was written to; undefined: none but the first. */
async function lastOf(file: string, epochs: readonly number[]): Promise<Buffer | undefined> {
  for (const epoch of epochs.toReversed()) {
    const handle = await open(segmentFile(file, epoch), 'r')
    try {
      const tail = await tailOf(handle)
      if (tail.length > 0) return tail
    } finally {
      await handle.close()
    }
  }
  return undefined
}

async function tailOf(handle: FileHandle): Promise<Buffer> {
  const { size } = await handle.stat()
  const tail = Buffer.alloc(Math.min(size, ENDING_BYTES))
  const { bytesRead } = await handle.read(tail, 0, tail.length, size - tail.length)
  return tail.subarray(0, bytesRead)
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
