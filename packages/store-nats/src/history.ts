import {
  isCodedError,
  type ListedRun,
  type Notice,
  type RunHeader,
} from '@choirmaster/core/provide'
import { endOfJournal } from './journal.js'
import type { Kept, Log } from './log.js'
import { parsed } from './parts.js'
import type { Subjects } from './subjects.js'

/** Name and version of the format of journals. */
export const JOURNAL_SCHEMA = 'choirmaster.journal/1'

/** What the subject of a run's header holds. */
export interface HeaderDocument {
  readonly schema: typeof JOURNAL_SCHEMA
  readonly header: RunHeader
}

/** How many runs are asked about at once. */
const AT_ONCE = 32

/** All runs with how each ended, newest first; runs of the same moment by id. One that cannot be read is a notice. */
export async function listRuns(
  log: Log,
  subjects: Subjects,
  notice: (notice: Notice) => void,
): Promise<readonly ListedRun[]> {
  const headers: RunHeader[] = []
  for (let seq = 1; ;) {
    const kept = await log.next(subjects.headers, seq)
    if (kept === undefined) break
    seq = kept.seq + 1
    const header = headerIn(kept, subjects)
    if (header !== undefined) headers.push(header)
    else {
      const message = `Message ${kept.seq} of the run store is no header of a run: ${kept.subject}`
      notice({ level: 'warning', code: 'store-run-unreadable', message })
    }
  }
  const runs: ListedRun[] = []
  for (let from = 0; from < headers.length; from += AT_ONCE) {
    const some = headers.slice(from, from + AT_ONCE)
    const read = some.map((header) => withEnding(log, subjects, header, notice))
    for (const run of await Promise.all(read)) if (run) runs.push(run)
  }
  return runs.sort((a, b) => compare(b.at, a.at) || compare(b.run, a.run))
}

/** @returns undefined for what is no header, or that of another run than its subject says */
function headerIn(kept: Kept, subjects: Subjects): RunHeader | undefined {
  const document = parsed<Partial<HeaderDocument> | null>(kept)
  if (document?.schema !== JOURNAL_SCHEMA) return undefined
  const header: Partial<RunHeader> = document.header ?? {}
  const { run, at, by, environment, nodes } = header
  const isWhole =
    [run, at, by, environment].every((text) => typeof text === 'string') &&
    Number.isSafeInteger(nodes) &&
    kept.subject === subjects.headers.replace('*', run ?? '')
  return isWhole ? (header as RunHeader) : undefined
}

/** @returns undefined, with a notice, where the end of the journal cannot be read: the other runs can */
async function withEnding(
  log: Log,
  subjects: Subjects,
  header: RunHeader,
  notice: (notice: Notice) => void,
): Promise<ListedRun | undefined> {
  try {
    const { events, time } = await endOfJournal(log, subjects.journal(header.run))
    const event = events.at(-1)
    if (event?.type !== 'ended') {
      const last = time === undefined ? header.at : new Date(time).toISOString()
      return { ...header, last }
    }
    const { at, result, exit } = event
    return { ...header, ended: new Date(at).toISOString(), result, exit }
  } catch (error) {
    const isOfRun = isCodedError(error) && error.code === 'store-record-damaged'
    if (!isOfRun) throw error
    notice({ level: 'warning', code: 'store-run-unreadable', message: error.message })
    return undefined
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
