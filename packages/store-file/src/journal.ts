import { type FileHandle, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import {
  InternalError,
  type Journal,
  leaseLost,
  type Notice,
  type Position,
  type RunEvent,
  type RunHeader,
  storeError,
} from '@choirmaster/core/provide'
import { isOver, segmentFile } from './epochs.js'
import { fail } from './errors.js'
import { headerLine, recordLine } from './format.js'
import { type End, findEnd, headerOf } from './records.js'
import { eventsOf, type Segment, segmentsOf } from './segments.js'
import { errnoOf, reasonOf, syncFolder, unusable } from './state-folder.js'
import { tailOf } from './tail.js'
import { unknownRun } from './unknown-run.js'

/** Where this process appends. */
interface Tail {
  readonly file: string
  readonly handle: FileHandle
  /** What is written before the first record of a file that holds nothing yet. */
  before: string
  end: End
}

/**
 * Makes the journal of a new run, durable with its name.
 * @throws CodedError `store-run-exists`, `store-disk-full`, `store-unusable`
 */
export async function createJournal(file: string, header: RunHeader): Promise<Journal> {
  const handle = await open(file, 'wx+', 0o600).catch((cause: unknown) => {
    if (errnoOf(cause) !== 'EEXIST') throw unusable(file, cause)
    const message = `Run ${header.run} exists already`
    throw storeError('store-run-exists', { message, place: file })
  })
  try {
    const end = { position: await writeAt(handle, headerLine(header), 0), seq: 0 }
    await handle.sync()
    await syncFolder(dirname(file))
    const tail = { file, handle, before: '', end }
    return journalOf(file, header.run, handle, tail, () => {})
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
    return journalOf(file, run, handle, undefined, notice)
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

function journalOf(
  file: string,
  run: string,
  first: FileHandle,
  known: Tail | undefined,
  notice: (notice: Notice) => void,
): Journal {
  let tail = known
  /** After a write that failed none is tried: what the disk holds is not known. */
  let broken: unknown
  /** Appends happen one after the other. */
  let last: Promise<unknown> = Promise.resolve()

  async function write(events: readonly RunEvent[], { epoch, seq }: Position): Promise<void> {
    if (broken !== undefined) throw broken
    if (await isOver(file, epoch)) throw leaseLost(run)
    tail ??= await openTail(epoch, seq)
    const { handle, end, before } = tail
    if (seq > end.seq) throw new InternalError(`event ${seq} appended where ${end.seq} is next`)
    const { size } = await handle.stat()
    if (seq < end.seq || size > end.position) {
      throw storeError('store-sequence-taken', {
        message: `Event ${seq} of ${tail.file} has been written by another process`,
        place: tail.file,
      })
    }
    try {
      let { position } = end
      if (before !== '') {
        // By itself: a power failure may spoil what is being written, and without this line the whole run cannot be read.
        position = await writeAt(handle, before, position)
        await handle.datasync()
        tail.before = ''
        tail.end = { position, seq }
      }
      position = await writeAt(handle, recordLine(seq, events), position)
      await handle.datasync()
      tail.end = { position, seq: seq + events.length }
    } catch (cause) {
      broken = writeError(tail.file, cause)
      throw broken
    }
    // Whoever took over meanwhile may have read the journal before this was in it.
    if (await isOver(file, epoch)) throw leaseLost(run)
  }

  async function openTail(epoch: number, next: number): Promise<Tail> {
    const own = segmentFile(file, epoch)
    const segments = await segmentsOf(file, first, run)
    const written = segments.find((segment) => segment.epoch === epoch)
    if (epoch === 1) {
      return { file, handle: first, before: '', end: await findEnd(first, file, 0, notice) }
    }
    const handle = await open(own, 'r+').catch((cause: unknown) => {
      throw unusable(own, cause)
    })
    if (written !== undefined) {
      return {
        file: own,
        handle,
        before: '',
        end: await findEnd(handle, own, written.from, notice),
      }
    }
    // Begins where this process had read to: what the holder before wrote later counts no more.
    let seq = 0
    const events = eventsOf(segments, 0, notice)
    while (seq < next && (await events.next()).done !== true) seq += 1
    await events.return(undefined)
    await flush(segments)
    await handle.truncate(0)
    return {
      ...{ file: own, handle, end: { position: 0, seq } },
      before: headerLine({ run, epoch, from: seq }),
    }
  }

  /** What a holder wrote that died before it flushed would be missed below what is built on it now. */
  async function flush(segments: readonly Segment[]): Promise<void> {
    try {
      for (const { file: name, handle: opened } of segments) {
        const handle = opened ?? (await openToRead(name))
        try {
          await handle.datasync()
        } finally {
          if (opened === undefined) await handle.close()
        }
      }
    } catch (cause) {
      broken = writeError(file, cause)
      throw broken
    }
  }

  return {
    append(events, at) {
      const done = last.then(() => write(events, at))
      last = done.catch(() => {})
      return done
    },
    async *read(fromSeq) {
      yield* eventsOf(await segmentsOf(file, first, run), fromSeq, notice)
    },
    tail: () => tailOf(file, first, run),
    async close() {
      await first.close()
      if (tail !== undefined && tail.handle !== first) await tail.handle.close()
    },
  }
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
