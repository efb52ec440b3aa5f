import { type FileHandle, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import {
  InternalError,
  type Journal,
  type Notice,
  type RunEvent,
  type RunHeader,
} from '@choirmaster/core/provide'
import { fail } from './errors.js'
import { headerLine, type JournalRecord, readHeader, readRecord, recordLine } from './format.js'
import { linesOf } from './lines.js'
import { errnoOf, reasonOf, syncFolder, unusable } from './state-folder.js'
import { unknownRun } from './unknown-run.js'

/** Where the next record goes. */
interface End {
  position: number
  seq: number
}

/**
 * Makes the journal of a new run, durable with its name.
 * @throws CodedError `store-run-exists`, `store-disk-full`, `store-unusable`
 */
export async function createJournal(file: string, header: RunHeader): Promise<Journal> {
  const handle = await open(file, 'wx+', 0o600).catch((cause: unknown) => {
    if (errnoOf(cause) !== 'EEXIST') throw unusable(file, cause)
    throw fail('store-run-exists', { message: `Run ${header.run} exists already`, place: file })
  })
  try {
    const end = { position: await writeAt(handle, headerLine(header), 0), seq: 0 }
    await handle.sync()
    await syncFolder(dirname(file))
    return journalOf(file, handle, end, () => {})
  } catch (cause) {
    await handle.close()
    throw writeError(file, cause)
  }
}

/** @throws CodedError `store-run-unknown`, `store-not-a-journal`, `store-journal-version`, `store-journal-damaged` */
export async function openJournal(
  file: string,
  run: string,
  notice: (notice: Notice) => void,
): Promise<Journal> {
  const handle = await openToRead(file).catch(async (cause: unknown) => {
    if (errnoOf(cause) !== 'ENOENT') throw unusable(file, cause)
    throw await unknownRun(dirname(file), run)
  })
  try {
    await headerOf(handle, file)
    return journalOf(file, handle, undefined, notice)
  } catch (error) {
    await handle.close()
    throw error
  }
}

/** Opens for writing too, where that is allowed: an old journal may lie on a read-only disk. */
async function openToRead(file: string): Promise<FileHandle> {
  try {
    return await open(file, 'r+')
  } catch (cause) {
    if (!['EACCES', 'EPERM', 'EROFS'].includes(errnoOf(cause))) throw cause
    return open(file, 'r')
  }
}

/** The header of a journal, read without the rest. */
export async function headerOf(handle: FileHandle, file: string): Promise<RunHeader> {
  for await (const line of linesOf(handle)) {
    if (!line.ended) break
    return readHeader(line.bytes, file)
  }
  throw fail('store-not-a-journal', {
    message: `${file} ends within its first line: its run never began`,
    place: `${file}:1`,
  })
}

function journalOf(
  file: string,
  handle: FileHandle,
  known: End | undefined,
  notice: (notice: Notice) => void,
): Journal {
  let end = known
  /** After a write that failed none is tried: what the disk holds is not known. */
  let broken: unknown
  /** Appends happen one after the other. */
  let last: Promise<unknown> = Promise.resolve()

  async function write(events: readonly RunEvent[], seq: number): Promise<void> {
    if (broken !== undefined) throw broken
    end ??= await findEnd(handle, file, notice)
    if (seq > end.seq) throw new InternalError(`event ${seq} appended where ${end.seq} is next`)
    const { size } = await handle.stat()
    if (seq < end.seq || size > end.position) {
      throw fail('store-sequence-taken', {
        message: `Event ${seq} of ${file} has been written by another process`,
        place: file,
      })
    }
    try {
      const position = await writeAt(handle, recordLine(seq, events), end.position)
      await handle.datasync()
      end = { position, seq: seq + events.length }
    } catch (cause) {
      broken = writeError(file, cause)
      throw broken
    }
  }

  return {
    append(events, seq) {
      const done = last.then(() => write(events, seq))
      last = done.catch(() => {})
      return done
    },
    async *read(fromSeq) {
      for await (const { seq, events } of recordsOf(handle, file, notice)) {
        yield* events.slice(Math.max(0, fromSeq - seq))
      }
    },
    close: () => handle.close(),
  }
}

/** Record by record, the header as one without events; a torn last one is left out, as it was never acknowledged. */
async function* recordsOf(
  handle: FileHandle,
  file: string,
  notice: (notice: Notice) => void,
): AsyncGenerator<JournalRecord & { end: number }> {
  let seq = 0
  for await (const { bytes, number, end, ended } of linesOf(handle)) {
    if (!ended) {
      const message = `The last record of ${file} is torn and left out: it was being written when its run ended`
      notice({ level: 'warning', code: 'store-torn-record', message })
      return
    }
    if (number === 1) {
      readHeader(bytes, file)
      yield { seq, events: [], end }
      continue
    }
    const record = readRecord(bytes, seq, file, number)
    seq += record.events.length
    yield { ...record, end }
  }
}

/** Finds where the next record goes, and cuts off a torn one: what follows it would not be readable. */
async function findEnd(
  handle: FileHandle,
  file: string,
  notice: (notice: Notice) => void,
): Promise<End> {
  const end = { position: 0, seq: 0 }
  for await (const record of recordsOf(handle, file, notice)) {
    end.position = record.end
    end.seq = record.seq + record.events.length
  }
  await handle.truncate(end.position)
  return end
}

/** Writes the whole text; a call that writes a part is followed by one for the rest. Returns the position after it. */
async function writeAt(handle: FileHandle, text: string, position: number): Promise<number> {
  const bytes = Buffer.from(text)
  let written = 0
  while (written < bytes.length) {
    const rest = bytes.length - written
    written += (await handle.write(bytes, written, rest, position + written)).bytesWritten
  }
  return position + written
}

function writeError(file: string, cause: unknown): Error {
  const full = ['ENOSPC', 'EDQUOT', 'EFBIG'].includes(errnoOf(cause))
  return fail(full ? 'store-disk-full' : 'store-write-failed', {
    message: `Cannot write the journal ${file}: ${reasonOf(cause)}`,
    place: file,
    cause,
  })
}
