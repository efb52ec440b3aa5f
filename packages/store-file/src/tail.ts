import { type FileHandle, open } from 'node:fs/promises'
import type { JournalPart, JournalTail } from '@choirmaster/core/provide'
import { isOver } from './epochs.js'
import { isHalfWritten, type JournalRecord, readHeader, readRecord } from './format.js'
import { linesOf, type LineStart } from './lines.js'
import { gap, type Segment, segmentsOf } from './segments.js'

/** How far a journal was read. */
interface At extends LineStart {
  readonly epoch: number
  /** Number of the next event. */
  readonly seq: number
}

/**
 * Reads a journal as it grows. What follows the last line's end is still being written; where its writer dies it is cut
 * off by whoever goes on, so that each call looks at it anew.
 * @param first the run's first file, open
 */
export function tailOf(file: string, first: FileHandle, run: string): JournalTail {
  let present: Segment = { file, handle: first, epoch: 1, from: 0, until: Infinity }
  let at: At = { epoch: 1, position: 0, number: 1, seq: 0 }

  /** The files from the present one on; found before that one is read, as who took over has read it before. */
  async function filesToRead(): Promise<readonly Segment[]> {
    if (!(await isOver(file, at.epoch))) return [present]
    const segments = await segmentsOf(file, first, run)
    return segments.filter(({ epoch }) => epoch >= at.epoch)
  }

  async function* readOn(handle: FileHandle, { file: name, from, until }: Segment) {
    if ((await handle.stat()).size < at.position) {
      // A disk that lost what it had shown: from here on the file is another one.
      at = { ...at, position: 0, number: 1, seq: from }
    }
    const lines = linesOf(handle, at)
    for await (const { bytes, number, end, ended } of lines) {
      if (!ended || (at.seq >= until && number > 1)) return
      const { epoch, seq } = at
      if (number === 1) {
        readHeader(bytes, name)
        at = { epoch, seq, position: end, number: 2 }
        continue
      }
      let record: JournalRecord
      try {
        record = readRecord(bytes, seq, name, number)
      } catch (error) {
        // At the very end it is what a power failure left: whoever goes on cuts it off.
        if (!isHalfWritten(bytes) || (await lines.next()).done !== true) throw error
        return
      }
      const events = record.events.slice(0, until - seq)
      at = { epoch, seq: seq + events.length, position: end, number: number + 1 }
      yield { seq, events } satisfies JournalPart
    }
  }

  return {
    async *more() {
      for (const segment of await filesToRead()) {
        const { epoch, from, until } = segment
        if (until <= from) continue
        if (epoch > at.epoch) {
          if (from > at.seq) throw gap(segment.file, at.seq, from)
          at = { epoch, position: 0, number: 1, seq: from }
        }
        present = segment
        const handle = segment.handle ?? (await open(segment.file, 'r'))
        try {
          yield* readOn(handle, segment)
        } finally {
          if (handle !== first) await handle.close()
        }
      }
    },
  }
}
