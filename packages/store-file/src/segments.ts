import { type FileHandle, open, readdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Notice, RunEvent } from '@choirmaster/core/provide'
import { epochsIn, segmentFile } from './epochs.js'
import { fail } from './errors.js'
import type { SegmentHeader } from './format.js'
import { firstLine, recordsOf } from './records.js'

/** A file of a journal, and which of its events count. */
export interface Segment {
  readonly file: string
  readonly epoch: number
  /** Number of its first event. */
  readonly from: number
  /** Number of the first that does not count any more, as a later holder's file begins there. */
  readonly until: number
  /** Open already, and left so. */
  readonly handle?: FileHandle
}

/** The files of a journal, in order. One without a whole first line was never written to, and is left out. */
export async function segmentsOf(
  file: string,
  first: FileHandle,
  run: string,
): Promise<readonly Segment[]> {
  const segments: Segment[] = [{ file, handle: first, epoch: 1, from: 0, until: Infinity }]
  for (const epoch of epochsIn(await readdir(dirname(file)), file)) {
    const name = segmentFile(file, epoch)
    const header = await withFile(name, (handle) => firstLine<SegmentHeader>(handle, name))
    if (header === undefined) continue
    if (header.run !== run || header.epoch !== epoch) {
      const message = `${name} says that it is epoch ${header.epoch} of run ${header.run}`
      throw fail('store-journal-damaged', { message, place: `${name}:1` })
    }
    // What a later holder did not take over is cut off, a whole file of it where need be.
    for (const [i, earlier] of segments.entries()) {
      segments[i] = { ...earlier, until: Math.min(earlier.until, header.from) }
    }
    segments.push({ file: name, epoch, from: header.from, until: Infinity })
  }
  return segments
}

/** The events of all files from number `fromSeq` to the end. @throws CodedError `store-journal-damaged` */
export async function* eventsOf(
  segments: readonly Segment[],
  fromSeq: number,
  notice: (notice: Notice) => void,
): AsyncGenerator<RunEvent> {
  let next = 0
  for (const { file, from, until, handle: opened } of segments) {
    if (next !== from && until > from) throw gap(file, next, from)
    if (until <= from) continue
    const handle = opened ?? (await open(file, 'r'))
    try {
      for await (const { seq, events } of recordsOf(handle, file, from, notice)) {
        const counted = events.slice(0, until - seq)
        next = seq + counted.length
        yield* counted.slice(Math.max(0, fromSeq - seq))
        if (next >= until) break
      }
    } finally {
      if (opened === undefined) await handle.close()
    }
  }
}

export function gap(file: string, next: number, from: number): Error {
  return fail('store-journal-damaged', {
    message: `${file} goes on at event ${from}, and what comes before it ends at event ${next}`,
    place: file,
  })
}

async function withFile<T>(file: string, read: (handle: FileHandle) => Promise<T>): Promise<T> {
  const handle = await open(file, 'r')
  try {
    return await read(handle)
  } finally {
    await handle.close()
  }
}
