/** The messages of the subscription in a piece of the broker's stream. */
interface Sifted {
  /** What they are in: the piece, or what was held of earlier ones with it. */
  readonly chunk: Buffer
  /** Where they are: four places for each, start and end of the subject, start and end of the payload. */
  readonly places: readonly number[]
}

/**
 * Takes the next piece of the broker's stream. What is no message of the subscription is put into `rest`, whole and
 * in its order.
 * @returns valid until the next piece
 */
export type Sieve = (piece: Buffer, rest: Uint8Array[]) => Sifted

const LF = 0x0a
const CR = 0x0d
const SPACE = 0x20
const ZERO = 0x30
const NINE = 0x39
const H = 0x48
const M = 0x4d
/** Length of `MSG `. */
const OPERATION = 4
/** Of the end of a line, and of a payload. */
const CRLF = 2

/**
 * Cuts a broker's stream into the messages of one subscription and the rest: `MSG <subject> <sid> [reply] <bytes>`,
 * then the payload (docs.nats.io, client protocol). The messages are read where they lie: the library makes a dozen
 * objects of each, which takes longer than all that Choria has in it. Their places are returned, not handed to a
 * function: V8 would compile all that is done with a message into this loop, and again for each thing it learns.
 * @param sid of the subscription, asked for at each piece
 */
export function createSieve(sid: () => number): Sieve {
  /** The beginning of what is not whole yet. */
  let held: Buffer[] = []
  let heldBytes = 0
  /** So many bytes it has at least. */
  let wanted = 0
  /** Not what a broker writes: everything is left to the library from then on. */
  let lost = false
  const places: number[] = []
  const sifted: { chunk: Buffer; places: number[] } = { chunk: Buffer.alloc(0), places }

  return (piece, rest) => {
    places.length = 0
    let chunk = piece
    if (held.length > 0) {
      held.push(piece)
      heldBytes += piece.length
      if (heldBytes < wanted) return sifted
      chunk = Buffer.concat(held, heldBytes)
      held = []
    }
    sifted.chunk = chunk
    const ours = sid()
    /** What begins here is for the rest. */
    let from = 0
    let at = 0
    wanted = 0
    while (at < chunk.length && !lost) {
      readHead(chunk, at)
      if (head.end === 0) break
      lost = head.bytes < 0
      const payload = head.end + head.bytes
      const end = head.message ? payload + CRLF : head.end
      if (end > chunk.length) {
        wanted = end - at
        break
      }
      if (head.message && head.sid === ours) {
        if (from < at) rest.push(chunk.subarray(from, at))
        places.push(at + OPERATION, head.subjectEnd, head.end, payload)
        from = end
      }
      at = end
    }
    if (lost) at = chunk.length
    if (from < at) rest.push(chunk.subarray(from, at))
    if (at < chunk.length) held.push(chunk.subarray(at))
    heldBytes = chunk.length - at
    return sifted
  }
}

/** What `readHead` read last: one for all, since an object for each message would be garbage. */
const head = {
  /** Where the line ends; 0: not in this chunk. */
  end: 0,
  /** Whether a payload follows it. */
  message: false,
  /** Of its payload; -1: not what a broker writes. */
  bytes: 0,
  /** -1: none, or one that cannot be ours, as with the status that comes in a message with headers. */
  sid: -1,
  subjectEnd: 0,
}

/** Reads the line that begins here. One walk, in JavaScript: so few bytes are not worth a call. */
function readHead(chunk: Buffer, start: number): void {
  const first = chunk[start]
  head.message = first === M || first === H
  head.bytes = 0
  head.sid = -1
  if (!head.message) {
    head.end = chunk.indexOf(LF, start) + 1
    return
  }
  let at = start + OPERATION
  while (at < chunk.length && chunk[at] !== SPACE && chunk[at] !== LF) at++
  head.subjectEnd = at
  let words = 0
  let number = 0
  let digits = true
  for (; at < chunk.length && chunk[at] !== LF; at++) {
    const byte = chunk[at] as number
    if (byte === SPACE) {
      if (++words === 2 && digits && first === M) head.sid = number
      number = 0
      digits = true
    } else if (byte >= ZERO && byte <= NINE) number = number * 10 + byte - ZERO
    else if (byte !== CR) digits = false
  }
  head.end = at < chunk.length ? at + 1 : 0
  // The last word is the size, whatever stands before it.
  head.bytes = digits && words >= 2 && Number.isSafeInteger(number) ? number : -1
}
