import fc from 'fast-check'
import { Parser, type ParserEvent } from 'nats/lib/nats-base-client/parser.js'
import { describe, expect, it } from 'vitest'
import { createSieve } from './sieve.js'

const OURS = 7

/** What the library reads in a stream. */
function parsed(pieces: readonly Uint8Array[]): string[] {
  const seen: string[] = []
  const text = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString('hex')
  const push = (event: ParserEvent): void => {
    const { kind, msg, data } = event
    seen.push([kind, text(msg?.subject), msg?.sid, msg?.hdr, text(msg?.reply), text(data)].join())
  }
  const parser = new Parser({ push })
  for (const piece of pieces) parser.parse(Uint8Array.from(piece))
  return seen
}

/** What the sieve takes of these pieces, as the messages that it would be, and the rest. */
function sifted(pieces: readonly Buffer[]) {
  const taken: Buffer[] = []
  const rest: Buffer[] = []
  const sieve = createSieve(() => OURS)
  for (const piece of pieces) {
    const put: Uint8Array[] = []
    const { chunk, places } = sieve(piece, put)
    for (let at = 0; at < places.length; at += 4) {
      const [start, end, ...payload] = places.slice(at, at + 4)
      const subject = chunk.toString('latin1', start, end)
      taken.push(message(subject, OURS, '', chunk.subarray(...payload)))
    }
    rest.push(...put.map((part) => Buffer.from(part)))
  }
  return { taken, rest }
}

function message(subject: string, sid: number, reply: string, payload: Uint8Array): Buffer {
  const head = `MSG ${subject} ${sid} ${reply === '' ? '' : `${reply} `}${payload.length}\r\n`
  return Buffer.concat([Buffer.from(head), payload, Buffer.from('\r\n')])
}

const word = fc.stringMatching(/^[a-z0-9.]{1,40}$/)
const payload = fc.oneof(
  fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
  // What looks like the protocol is a payload all the same.
  fc.constantFrom('', '\r\n', 'MSG a 7 1\r\nx\r\n', 'PONG\r\n').map((text) => Buffer.from(text)),
)
const ours = fc.tuple(word, payload).map(([subject, bytes]) => ({
  ours: true,
  frame: message(subject, OURS, '', bytes),
}))
const foreign = fc
  .oneof(
    fc
      .tuple(word, fc.constantFrom(1, 70, 77, 8), fc.constantFrom('', '7', 'a.b'), payload)
      .map((parts) => message(...parts)),
    fc.tuple(word, payload).map(([subject, bytes]) => {
      const status = 'NATS/1.0 503\r\n\r\n'
      const head = `HMSG ${subject} ${OURS} ${status.length} ${status.length + bytes.length}\r\n`
      return Buffer.concat([Buffer.from(head + status), bytes, Buffer.from('\r\n')])
    }),
    fc
      .constantFrom(
        'PING\r\n',
        'PONG\r\n',
        '+OK\r\n',
        '-ERR \'Permissions Violation for Publish to "a.MSG"\'\r\n',
        'INFO {"server_id":"MSG a 7 1"}\r\n',
      )
      .map((line) => Buffer.from(line)),
  )
  .map((frame) => ({ ours: false, frame }))

/** A stream of frames, and where it is cut. */
const streams = fc.record({
  frames: fc.array(fc.oneof(ours, foreign), { minLength: 1, maxLength: 12 }),
  cuts: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 20 }),
})

function cut(stream: Buffer, cuts: readonly number[]): Buffer[] {
  const places = [...cuts.map((part) => Math.floor(part * stream.length)), stream.length]
  places.sort((one, other) => one - other)
  return places.map((place, index) => stream.subarray(places[index - 1] ?? 0, place))
}

describe('a sieve', () => {
  it('takes the messages of its subscription and leaves the rest whole, wherever the stream is cut', () => {
    const { SEED = '1' } = process.env
    fc.assert(
      fc.property(streams, ({ frames, cuts }) => {
        const stream = Buffer.concat(frames.map(({ frame }) => frame))
        const { taken, rest } = sifted(cut(stream, cuts))
        const of = (mine: boolean): Buffer[] =>
          frames.filter(({ ours }) => ours === mine).map(({ frame }) => frame)
        expect(Buffer.concat(taken)).toEqual(Buffer.concat(of(true)))
        expect(Buffer.concat(rest)).toEqual(Buffer.concat(of(false)))
        // And the library reads them as it reads the stream.
        expect([...parsed(rest), ...parsed(taken)].sort()).toEqual(parsed([stream]).sort())
      }),
      { seed: Number(SEED), numRuns: 2_000 },
    )
  })

  it('takes a message with a reply subject of its own', () => {
    const got = sifted([message('a', OURS, 'b.7', Buffer.from('x'))])
    expect(got.taken.map(String)).toEqual([`MSG a ${OURS} 1\r\nx\r\n`])
  })

  it('passes on the beginning of what is not whole only when it is', () => {
    const half = Buffer.from('-ERR no')
    expect(sifted([half]).rest).toEqual([])
    expect(sifted([half, Buffer.from('t\r\n')]).rest.map(String)).toEqual(['-ERR not\r\n'])
  })

  it.each(['MSG a\r\n', 'MSG a 7 x\r\n', 'MSG a 7 -1\r\n', 'MSG a 7 99999999999999999999\r\n'])(
    'leaves everything to the library from %j on, which no broker writes',
    (line) => {
      const [first, later] = [1, 2].map((n) => message('a', OURS, '', Buffer.from([n])))
      const { taken, rest } = sifted([first!, Buffer.from(line), later!])
      expect(taken).toEqual([first])
      expect(Buffer.concat(rest)).toEqual(Buffer.concat([Buffer.from(line), later!]))
    },
  )
})
