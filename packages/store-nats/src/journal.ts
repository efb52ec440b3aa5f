import {
  InternalError,
  type Journal,
  type JournalPart,
  type JournalTail,
  leaseLost,
  type Position,
  type RunEvent,
  type RunId,
  storeError,
} from '@choirmaster/core/provide'
import { fail } from './errors.js'
import { ID, type Kept, type Log } from './log.js'
import { PART, partOf, partsOf, textOf } from './parts.js'

/** Number of the first event of a record. */
const SEQ = 'Choirmaster-Seq'
const EPOCH = 'Choirmaster-Epoch'

/** How far a journal was read: where its next record goes. */
interface End {
  /** Number of the last message on the subject; 0: none. */
  message: number
  /** Number of the next event. */
  event: number
  /** The epoch of the last holder who wrote, or only shut the others out. */
  readonly epoch: number
}

/**
 * A run's journal is what its subject holds, in order: records in as many parts as the broker's limit asks for, and
 * marks by which holders shut out those before them. Each message is taken by the broker only while the last one is
 * still that which its writer knows, so that of two writers one finds out at once.
 */
export function journalOf(log: Log, run: RunId, subject: string): Journal {
  let end: End | undefined
  /** Appends happen one after the other. */
  let last: Promise<unknown> = Promise.resolve()

  async function write(events: readonly RunEvent[], { epoch, seq }: Position): Promise<void> {
    end ??= await endOf(log, subject)
    if (end.epoch > epoch) throw leaseLost(run)
    if (seq > end.event) throw new InternalError(`event ${seq} appended where ${end.event} is next`)
    if (seq < end.event) throw taken(run, seq)
    const parts = partsOf(JSON.stringify(events), log.most)
    for (const [i, data] of parts.entries()) {
      const headers = {
        [SEQ]: String(seq),
        [EPOCH]: String(epoch),
        [PART]: `${i + 1}/${parts.length}`,
      }
      const posted = await log.post(subject, { data, headers, after: end.message })
      if (!('seq' in posted)) {
        throw epochOf(posted.taken) > epoch ? leaseLost(run) : taken(run, seq)
      }
      end.message = posted.seq
    }
    end.event = seq + events.length
  }

  return {
    append(events, at) {
      const done = last.then(() => write(events, at))
      last = done.catch(() => {})
      return done
    },
    async *read(fromSeq) {
      for await (const { seq, events } of recordsOf(log, subject)) {
        yield* events.slice(Math.max(0, fromSeq - seq))
      }
    },
    tail: () => tailOf(log, subject),
  }
}

/**
 * Shuts out all holders before this epoch: what they know of the journal's end is not true any more. The mark is taken
 * only after what its writer has read, and not where the epoch is there already: one that comes late would shut out a
 * later holder, or one of the same epoch, who had marked before.
 * @throws CodedError `store-lease-lost` where a later holder has written already
 */
export async function markEpoch(
  log: Log,
  run: RunId,
  subject: string,
  epoch: number,
): Promise<void> {
  const mark = { data: new Uint8Array(), headers: { [EPOCH]: String(epoch) } }
  for (let last = await log.last(subject); ;) {
    if (epochOf(last) > epoch) throw leaseLost(run)
    if (epochOf(last) === epoch) return
    const posted = await log.post(subject, { ...mark, after: last?.seq ?? 0 })
    if ('seq' in posted) return
    last = posted.taken
  }
}

/** The epoch of whoever wrote a message; 0: there is none. */
function epochOf(kept: Kept | undefined): number {
  return Number(kept?.header(EPOCH) ?? 0)
}

/**
 * What a list needs: the events of the last record, where it is in one part, and when the last message came, which may be
 * a mark; undefined: there is none.
 */
export async function endOfJournal(
  log: Log,
  subject: string,
): Promise<{ readonly events: readonly RunEvent[]; readonly time: number | undefined }> {
  const kept = await log.last(subject)
  if (kept === undefined) return { events: [], time: undefined }
  const isWhole = partOf(kept)?.of === 1
  return { events: isWhole ? eventsIn(kept, [kept.data]) : [], time: kept.time }
}

async function endOf(log: Log, subject: string): Promise<End> {
  let event = 0
  for await (const { seq, events } of recordsOf(log, subject)) event = seq + events.length
  // It may be a mark, or a part of a record that its writer could not finish.
  const last = await log.last(subject)
  return { message: last?.seq ?? 0, event, epoch: Math.max(1, epochOf(last)) }
}

function recordsOf(log: Log, subject: string): AsyncGenerator<JournalPart> {
  return readerOf(log, subject).more()
}

/**
 * Who was shut out cannot append, so that another holder takes nothing back; a broker of a weak store does that may lose
 * the end of the stream, and then gives its numbers again. So each look asks for the last message, which tells that
 * nothing is new too, and where another one stands in the place of that which was read last reading begins anew.
 */
function tailOf(log: Log, subject: string): JournalTail {
  let reader = readerOf(log, subject)
  return {
    async *more() {
      const read = reader.last()
      if (read !== undefined) {
        const end = await log.last(subject)
        if (end?.seq === read.seq && end.header(ID) === read.id) return
        const there = end === undefined ? undefined : await log.next(subject, read.seq)
        if (there?.header(ID) !== read.id) reader = readerOf(log, subject)
      }
      yield* reader.more()
    },
  }
}

interface Reader {
  /** What came since the last call. */
  more(): AsyncGenerator<JournalPart>
  /** The last message that was read. */
  last(): { readonly seq: number; readonly id: string } | undefined
}

/**
 * Reads record by record, at each call from where the one before ended; a record whose parts are not complete was never
 * acknowledged, and is left out.
 */
function readerOf(log: Log, subject: string): Reader {
  let parts: Uint8Array[] = []
  let expected = 0
  let last: { seq: number; id: string } | undefined
  async function* more(): AsyncGenerator<JournalPart> {
    const next = (): Promise<Kept | undefined> => log.next(subject, (last?.seq ?? 0) + 1)
    for (let kept: Kept | undefined; (kept = await next()) !== undefined;) {
      last = { seq: kept.seq, id: kept.header(ID) }
      const part = partOf(kept)
      if (part === undefined || part.part === 1) parts = []
      // The rest of a record whose writer was shut out in the middle of it.
      if (part === undefined || part.part !== parts.length + 1) continue
      parts.push(kept.data)
      if (part.part < part.of) continue
      const seq = Number(kept.header(SEQ))
      if (seq !== expected) {
        const message = `${subject} holds event ${seq} where event ${expected} must follow`
        throw fail('store-record-damaged', { message, place: `${subject}:${kept.seq}` })
      }
      const events = eventsIn(kept, parts)
      expected = seq + events.length
      yield { seq, events }
    }
  }
  return { more, last: () => last }
}

function eventsIn(kept: Kept, parts: readonly Uint8Array[]): readonly RunEvent[] {
  let cause: unknown
  try {
    const events: unknown = JSON.parse(textOf(parts))
    if (Array.isArray(events) && events.every(isEvent)) return events
  } catch (error) {
    cause = error
  }
  const message = `Message ${kept.seq} of ${kept.subject} is no record of a journal`
  throw fail('store-record-damaged', { message, place: `${kept.subject}:${kept.seq}`, cause })
}

/** What all events have. */
function isEvent(value: unknown): value is RunEvent {
  const { type, at } = (value ?? {}) as Partial<Record<string, unknown>>
  return typeof type === 'string' && typeof at === 'number'
}

function taken(run: RunId, seq: number): Error {
  const message = `Event ${seq} of run ${run} has been written by another process`
  return storeError('store-sequence-taken', { message, place: run })
}
