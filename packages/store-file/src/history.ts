import { open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { isCodedError, type Notice, type RunHeader } from '@choirmaster/core/provide'
import { headerOf } from './journal.js'
import { errnoOf, reasonOf, unusable } from './state-folder.js'

export const JOURNAL_ENDING = '.ndjson'

/** How many journals are open at once while their headers are read. */
const AT_ONCE = 32

/**
 * Headers of all runs, newest first; runs of the same moment by id. A file that cannot be read is a notice and
 * does not hide the others.
 * @throws CodedError `store-unusable` when the folder itself cannot be read
 */
export async function listRuns(
  folder: string,
  notice: (notice: Notice) => void,
): Promise<readonly RunHeader[]> {
  const names = await readdir(folder).catch((cause: unknown) => {
    if (errnoOf(cause) === 'ENOENT') return []
    throw unusable(folder, cause)
  })
  const files = names.filter((name) => name.endsWith(JOURNAL_ENDING)).sort()
  const headers: RunHeader[] = []
  for (let from = 0; from < files.length; from += AT_ONCE) {
    const some = files
      .slice(from, from + AT_ONCE)
      .map((name) => headerIn(join(folder, name), notice))
    for (const header of await Promise.all(some)) if (header) headers.push(header)
  }
  return headers.sort((a, b) => compare(b.at, a.at) || compare(b.run, a.run))
}

async function headerIn(
  file: string,
  notice: (notice: Notice) => void,
): Promise<RunHeader | undefined> {
  try {
    const handle = await open(file, 'r')
    try {
      return await headerOf(handle, file)
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

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
