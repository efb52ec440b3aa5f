import type {
  JetStreamClient,
  JetStreamManager,
  MsgHdrs,
  NatsConnection,
  StreamConfig,
  StreamInfo,
} from 'nats'
import type { Clock, Milliseconds, Moment, Random } from '@choirmaster/core/provide'
import { apiCode, brokerError, isSilence } from './answers.js'
import { fail } from './errors.js'

/** A message that the stream keeps. */
export interface Kept {
  readonly subject: string
  /** Its number in the stream. */
  readonly seq: number
  readonly data: Uint8Array
  /** Value of a header; '': it has none of this name. */
  header(name: string): string
  /** When the broker took it, ms of its clock. */
  readonly time: number
}

interface Post {
  readonly data: Uint8Array
  readonly headers?: Readonly<Record<string, string>>
  /** Takes the place of all that the subject holds. */
  readonly replaces?: boolean
  /** Number of the last message on the subject, 0 for none: taken only if it still is. Absent: taken anyway. */
  readonly after?: number
}

/** What became of a message: its number in the stream, or whose message was there first. */
type Posted = { readonly seq: number } | { readonly taken: Kept | undefined }

/** How a stream is, as its leader says it. */
export interface StreamState {
  readonly config: Readonly<StreamConfig>
  /** How much it holds. */
  readonly bytes: number
  readonly messages: number
  /** The broker's clock, ms. */
  readonly now: Moment
}

/** The stream as a log of subjects; everything is read from its leader. */
export interface Log {
  /** The largest message that it takes, bytes, with room for headers. */
  readonly most: number
  last(subject: string): Promise<Kept | undefined>
  /** The first message of a subject, wildcards allowed, from number `seq` on. */
  next(subject: string, seq: number): Promise<Kept | undefined>
  /**
   * Appends a message. One whose fate is not known, as the broker did not answer, is looked for at the subject's
   * end, and sent again where it is not there.
   * @throws CodedError `store-unreachable` when the broker does not answer for a minute, `store-full`, `store-refused`
   */
  post(subject: string, post: Post): Promise<Posted>
  /** How the stream is. */
  state(): Promise<StreamState>
  /** The same, asked once: whether there is a stream at all. @throws errors of the library as they are */
  ask(): Promise<StreamState>
  /** A name that nobody else has. */
  name(): string
}

/** Names the message, so that its writer, and who has read it, know it again. */
export const ID = 'Choirmaster-Id'
const EXPECTED = 'Nats-Expected-Last-Subject-Sequence'
const ROLLUP = 'Nats-Rollup'
/** API error codes of nats-server 2.9 and later. */
const WRONG_LAST_SEQUENCE: readonly (number | undefined)[] = [10071, 10164]
const NO_MESSAGE_FOUND = 10037
/** For subject, reply subject and our own headers. */
const HEADROOM_BYTES = 4_096
/** One answer of the broker; a stream with replicas that elects a leader needs some seconds. */
export const ANSWER_MS: Milliseconds = 5_000
/** How long a broker that is away is borne: it may restart. Afterwards the journal counts as lost (promises, S18). */
const PATIENCE_MS: Milliseconds = 60_000
const PAUSE_MS: Milliseconds = 500

export interface LogInput {
  readonly nats: NatsConnection
  readonly js: JetStreamClient
  readonly jsm: JetStreamManager
  readonly stream: string
  readonly clock: Clock
  readonly random: Random
  /** Makes empty headers: the library is loaded late. */
  headers(): MsgHdrs
}

export function logOf({ nats, js, jsm, stream, clock, random, headers }: LogInput): Log {
  const never = new AbortController().signal
  const name = (): string => hex(random) + hex(random)
  let count = 0
  const writer = name()

  async function get(query: { last_by_subj: string } | { seq: number; next_by_subj: string }) {
    return patiently(async () => {
      try {
        const found = await jsm.streams.getMessage(stream, query as { last_by_subj: string })
        const kept: Kept = {
          ...{ subject: found.subject, seq: found.seq, data: found.data },
          header: (key) => found.header?.get(key) ?? '',
          time: found.time.getTime(),
        }
        return kept
      } catch (error) {
        if (apiCode(error) === NO_MESSAGE_FOUND) return undefined
        throw error
      }
    })
  }

  /** Does it until the broker answers. @throws CodedError of its refusal, or `store-unreachable` in the end */
  async function patiently<T>(attempt: () => Promise<T>): Promise<T> {
    const until = clock.now() + PATIENCE_MS
    for (;;) {
      try {
        return await attempt()
      } catch (error) {
        if (!isSilence(error) || nats.isClosed() || clock.now() >= until) {
          throw brokerError(stream, error)
        }
      }
      await clock.sleepUntil(clock.now() + PAUSE_MS, never)
    }
  }

  const last = (subject: string): Promise<Kept | undefined> => get({ last_by_subj: subject })
  /** The largest message of the stream, once it was asked; 0: as the broker has it. */
  let largest = 0
  async function ask(): Promise<StreamState> {
    const info = await jsm.streams.info(stream)
    const { config, state: held } = info
    largest = Math.max(0, config.max_msg_size)
    return { config, bytes: held.bytes, messages: held.messages, now: timeIn(info, stream, nats) }
  }

  return {
    get most() {
      const most = nats.info?.max_payload ?? 1_048_576
      return Math.min(most, largest || most) - HEADROOM_BYTES
    },
    state: () => patiently(ask),
    ask,
    last,
    next: (subject, seq) => get({ seq, next_by_subj: subject }),
    name,
    async post(subject, { data, headers: more = {}, replaces = false, after }) {
      const id = `${writer}-${++count}`
      const head = headers()
      head.set(ID, id)
      for (const [key, value] of Object.entries(more)) head.set(key, value)
      if (replaces) head.set(ROLLUP, 'sub')
      if (after !== undefined) head.set(EXPECTED, String(after))
      let uncertain = false
      return patiently(async () => {
        if (uncertain) {
          const end = await last(subject)
          if (end?.header(ID) === id) return { seq: end.seq }
        }
        try {
          const { seq } = await js.publish(subject, data, { headers: head, timeout: ANSWER_MS })
          return { seq }
        } catch (error) {
          uncertain = true
          if (!WRONG_LAST_SEQUENCE.includes(apiCode(error))) throw error
          const end = await last(subject)
          return end?.header(ID) === id ? { seq: end.seq } : { taken: end }
        }
      })
    },
  }
}

function hex(random: Random): string {
  return Math.floor(random.next() * 2 ** 32)
    .toString(16)
    .padStart(8, '0')
}

/** nats-server tells its time with the answer from 2.10 on. @throws CodedError `store-broker-old` */
function timeIn(info: StreamInfo, stream: string, nats: NatsConnection): Moment {
  const { ts } = info as StreamInfo & { readonly ts?: string }
  if (ts !== undefined) return Date.parse(ts)
  const message = `The broker does not tell its time with what it says of the stream ${stream}: it is nats-server ${nats.info?.version ?? 'of an unknown version'}, and 2.10 is needed`
  throw fail('store-broker-old', { message, place: stream })
}
