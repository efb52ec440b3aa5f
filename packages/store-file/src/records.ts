import type { FileHandle } from 'node:fs/promises'
import type { Notice, RunHeader } from '@choirmaster/core/provide'
import { fail } from './errors.js'
import {
  isHalfWritten,
  type JournalRecord,
  readHeader,
  readRecord,
  type SegmentHeader,
} from './format.js'
import { linesOf } from './lines.js'

/** Where the next record goes. */
export interface End {
  position: number
  seq: number
}

/** The first line of a file, read without the rest; undefined: the file ends within it. */
export async function firstLine<T extends RunHeader | SegmentHeader>(
  handle: FileHandle,
  file: string,
): Promise<T | undefined> {
  for await (const line of linesOf(handle)) {
    return line.ended ? readHeader<T>(line.bytes, file) : undefined
  }
  return undefined
}

/** The header of a run, read without the rest. @throws CodedError `store-not-a-journal` */
export async function headerOf(handle: FileHandle, file: string): Promise<RunHeader> {
  const header = await firstLine<RunHeader>(handle, file)
  if (header !== undefined) return header
  throw fail('store-not-a-journal', {
    message: `${file} ends within its first line: its run never began`,
    place: `${file}:1`,
  })
}

/** The code of the notice that a record was left out of which nobody can tell whether it was acknowledged. */
export const RECORD_LOST = 'store-record-lost'

/**
 * Record by record, the header as one without events; a torn last one is left out, as it was never acknowledged. So is one
 * at the very end that is not what was written: a machine that loses power may have put the end of a record on its disk
 * and not all that is before it.
 * @param from number of the first event
 */
export async function* recordsOf(
  handle: FileHandle,
  file: string,
  from: number,
  notice: (notice: Notice) => void,
): AsyncGenerator<JournalRecord & { end: number }> {
  let seq = from
  const lines = linesOf(handle)
  for await (const { bytes, number, end, ended } of lines) {
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
    let record: JournalRecord
    try {
      record = readRecord(bytes, seq, file, number)
    } catch (error) {
      if (!isHalfWritten(bytes) || (await lines.next()).done !== true) throw error
      const message = `The last record of ${file} is not what was written and is left out: its machine lost power, or the disk is at fault. What it told is not known`
      notice({ level: 'warning', code: RECORD_LOST, message })
      return
    }
    seq += record.events.length
    yield { ...record, end }
  }
}

/** Finds where the next record goes, and cuts off a torn one: what follows it would not be readable. */
export async function findEnd(
  handle: FileHandle,
  file: string,
  from: number,
  notice: (notice: Notice) => void,
): Promise<End> {
  const end = { position: 0, seq: from }
  for await (const record of recordsOf(handle, file, from, notice)) {
    end.position = record.end
    end.seq = record.seq + record.events.length
  }
  await handle.truncate(end.position)
  return end
}
