/** A message of the subscription that is sifted for: places in `chunk`, which is another's from when this returns. */
export type Take = (
  chunk: Buffer,
  subjectStart: number,
  subjectEnd: number,
  payloadStart: number,
  payloadEnd: number,
) => void

/**
 * Takes the next piece of the broker's stream. What is no message of the subscription is put into `rest`, whole and
 * in its order.
 * @returns whether anything was put there
 */
export type Sieve = (piece: Buffer, rest: Uint8Array[]) => boolean

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
 * objects of each, which takes longer than all that Choria has in it.
 * @param sid of the subscription, asked for at each message; what takes no message of it gets it in the rest
 */
export function createSieve(sid: () => number, take: Take): Sieve {
  /** The beginning of what is not whole yet. */
  let held: Buffer[] = []
  let heldBytes = 0
  /** So many bytes it has at least. */
  let wanted = 0
  /** Not what a broker writes: everything is left to the library from then on. */
  let lost = false

  return (piece, rest) => {
    const before = rest.length
    if (lost) return rest.push(piece) > before
    let chunk = piece
    if (held.length > 0) {
      held.push(chunk)
      heldBytes += chunk.length
      if (heldBytes < wanted) return false
      chunk = Buffer.concat(held, heldBytes)
      held = []
    }
    const ours = sid()
    /** What begins here is for the rest. */
    let from = 0
    let at = 0
    wanted = 0
    while (at < chunk.length) {
      const first = chunk[at]
      if (first !== M && first !== H) {
        const end = chunk.indexOf(LF, at)
        if (end < 0) break
        at = end + 1
        continue
      }
      // One walk over the line, in JavaScript: so few bytes are not worth a call.
      let place = at + OPERATION
      while (place < chunk.length && chunk[place] !== SPACE && chunk[place] !== LF) place++
      const subjectEnd = place
      let words = 0
      let second = -1
      let number = 0
      for (; place < chunk.length && chunk[place] !== LF; place++) {
        const byte = chunk[place] as number
        if (byte === CR) continue
        if (byte === SPACE) {
          if (++words === 2) second = number
          number = 0
        } else number = byte >= ZERO && byte <= NINE ? number * 10 + byte - ZERO : NaN
      }
      if (place >= chunk.length) break
      const payloadStart = place + 1
      const payloadEnd = payloadStart + number
      // The last word is the size, whatever stands before it.
      if (!Number.isSafeInteger(number) || words < 2) {
        lost = true
        break
      }
      const end = payloadEnd + CRLF
      if (end > chunk.length) {
        wanted = end - at
        break
      }
      if (first === M && second === ours) {
        if (from < at) rest.push(chunk.subarray(from, at))
        take(chunk, at + OPERATION, subjectEnd, payloadStart, payloadEnd)
        from = end
      }
      at = end
    }
    if (lost) at = chunk.length
    if (from < at) rest.push(chunk.subarray(from, at))
    if (at < chunk.length) held.push(chunk.subarray(at))
    heldBytes = chunk.length - at
    return rest.length > before
  }
}
