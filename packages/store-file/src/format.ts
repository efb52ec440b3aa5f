import { crc32 } from 'node:zlib'
import type { CodedError, ListedRun, RunEvent, RunHeader } from '@choirmaster/core/provide'
import { fail } from './errors.js'

/** Name and version of the format; the first line of each journal carries it. */
const JOURNAL_SCHEMA = 'choirmaster.journal/1'

/** What stands on a line after the first, and its place among all events. */
export interface JournalRecord {
  /** Number of its first event. */
  readonly seq: number
  readonly events: readonly RunEvent[]
}

const HEADER = /^\{"schema":"([^"]*)","sum":"([0-9a-f]{8})","header":/
const RECORD = /^\{"seq":(\d{1,15}),"sum":"([0-9a-f]{8})","events":/

/** What a holder that took the run over begins its file with. */
export interface SegmentHeader {
  readonly run: string
  readonly epoch: number
  /** Number of its first event: what earlier files hold from there on is no part of the journal. */
  readonly from: number
}

/** First line of a file of a journal, with its end. */
export function headerLine(header: RunHeader | SegmentHeader): string {
  const body = JSON.stringify(header)
  return `{"schema":"${JOURNAL_SCHEMA}","sum":"${sumOf(body)}","header":${body}}\n`
}

/** One batch of events, with its end: durable as a whole or torn as a whole. */
export function recordLine(seq: number, events: readonly RunEvent[]): string {
  const body = JSON.stringify(events)
  return `{"seq":${seq},"sum":"${sumOf(body)}","events":${body}}\n`
}

/**
 * Reads the first line.
 * @param line bytes without the line's end
 * @throws CodedError `store-not-a-journal`, `store-journal-version`, `store-journal-damaged`
 */
export function readHeader<T extends RunHeader | SegmentHeader = RunHeader>(
  line: Buffer,
  file: string,
): T {
  const head = HEADER.exec(line.toString('latin1', 0, 200))
  const place = `${file}:1`
  const schema = head?.[1] ?? ''
  if (!head || !schema.startsWith('choirmaster.journal/')) {
    throw fail('store-not-a-journal', { message: `${file} is no journal of a run`, place })
  }
  if (schema !== JOURNAL_SCHEMA) {
    throw fail('store-journal-version', {
      message: `${file} is a journal of format ${schema}; this version reads ${JOURNAL_SCHEMA}`,
      place,
    })
  }
  return checked(line, head, file, 1) as T
}

/**
 * Reads a line after the first.
 * @param expected number that its first event must have
 * @param number of the line in the file, from 1
 * @throws CodedError `store-journal-damaged`
 */
export function readRecord(
  line: Buffer,
  expected: number,
  file: string,
  number: number,
): JournalRecord {
  const head = RECORD.exec(line.toString('latin1', 0, 80))
  if (!head) throw damaged(file, number, 'is no record')
  const seq = Number(head[1])
  if (seq !== expected) {
    throw damaged(file, number, `holds event ${seq} where event ${expected} must follow`)
  }
  return { seq, events: checked(line, head, file, number) as readonly RunEvent[] }
}

/** The beginning of a record within a line; in what a record holds, its quotes would be escaped. */
const ANOTHER = /[^]\{"seq":\d{1,15},"sum":"[0-9a-f]{8}","events":/

/**
 * Whether a line that is no record may be one whose bytes did not all reach the disk, which left zeros for them: no record
 * holds any. One that is otherwise not what was written is damaged, as is one with a second record in it, whose end
 * between them is gone.
 * @param line bytes without the line's end
 */
export function isHalfWritten(line: Buffer): boolean {
  return line.includes(0) && !ANOTHER.test(line.toString('latin1'))
}

/** Bytes at the end of a journal that hold the event `ended`, where it has one: about 80, and room for more fields. */
export const ENDING_BYTES = 512

/** The event at the very end of a journal; it holds no object, so that its own braces can be found. */
const ENDED = /(\{[^{}[\]]*"type":"ended"[^{}[\]]*\})\]\}\n$/

/**
 * How the run ended, from the last bytes of its journal; nothing where they do not say so. Not held against the
 * record's checksum, as that takes the whole record: this is for lists.
 */
export function readEnding(tail: Buffer): Pick<ListedRun, 'ended' | 'result' | 'exit'> {
  const found = ENDED.exec(tail.toString('latin1'))
  if (!found) return {}
  try {
    const { at, result, exit } = JSON.parse(found[1] ?? '') as Extract<RunEvent, { type: 'ended' }>
    return { ended: new Date(at).toISOString(), result, exit }
  } catch {
    // Bytes that did not reach the disk.
    return {}
  }
}

function damaged(file: string, line: number, what: string): CodedError {
  return fail('store-journal-damaged', {
    message: `Line ${line} of the journal ${file} ${what}`,
    place: `${file}:${line}`,
  })
}

/** The value after `head`, when its bytes are those that were written. */
function checked(line: Buffer, head: RegExpExecArray, file: string, number: number): unknown {
  const body = line.subarray(head[0].length, -1)
  if (line.at(-1) !== 0x7d || sumOf(body) !== head[2]) {
    throw damaged(file, number, 'is not what was written: its checksum differs')
  }
  return JSON.parse(body.toString('utf8'))
}

/** CRC-32 (zlib's, in node from 20.15) as 8 hex digits. */
function sumOf(body: string | Buffer): string {
  return crc32(body).toString(16).padStart(8, '0')
}
