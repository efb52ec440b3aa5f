import { isAscii } from 'node:buffer'

/**
 * Bytes that are parsed at once: the values of so many lie within V8's nursery, where it costs nothing that they are
 * dropped. Of a list of 6 MB that is parsed as a whole, a third of the time goes into moving values about.
 */
const PART = 128 * 1024

/** `[{"certname"`: the beginning of a list of objects, up to the end of the first key. */
const BEGINNING = /^\s*\[\s*(\{\s*"[^"\\]+")/
/** More than the beginning takes; a list with a longer one is parsed as a whole. */
const LONGEST_BEGINNING = 256

const [COMMA, OPEN, CLOSE] = [0x2c, 0x5b, 0x5d]

/** Parses JSON while its bytes come. */
export interface ListParser {
  /** Takes more bytes. Gives the elements that are complete, where these are many; undefined where they are not. */
  add(bytes: Uint8Array): unknown
  /** What is left. @throws as `parseBytes`; what was wrong with a part is told of all that was left */
  end(): unknown
}

/** @throws TypeError for what is no UTF-8, SyntaxError for what is no JSON */
export function parseBytes(bytes: Buffer): unknown {
  // Certnames and references mostly are plain ASCII, which needs no decoding: a quarter of the time.
  const text = isAscii(bytes)
    ? bytes.toString('latin1')
    : new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  return JSON.parse(text)
}

/**
 * Parses a long list of objects in parts: lists that are together what JSON.parse makes of all bytes. Anything else
 * is given at the end, as it is. Where an object may begin is guessed from the first key of the first; that the guess
 * was right is proven by the part itself: two texts that are each, in brackets, a list are one with a comma between
 * them, whatever they hold. What is none, as it was cut within an object, is made longer.
 * @param least bytes of a part but the last
 */
export function listParser(least = PART): ListParser {
  let held: Buffer = Buffer.allocUnsafeSlow(2 * least)
  let size = 0
  /** So many bytes are waited for. */
  let wanted = Math.max(least, LONGEST_BEGINNING)
  let first: string | undefined

  const cut = (): unknown => {
    first ??= BEGINNING.exec(held.toString('latin1', 0, LONGEST_BEGINNING))?.[1] ?? ''
    const comma =
      first === '' ? -1 : held.subarray(0, size).lastIndexOf(first, undefined, 'latin1') - 1
    const part = held[comma] === COMMA ? closed(held, comma) : undefined
    if (part === undefined) wanted = first === '' ? Number.POSITIVE_INFINITY : size * 2
    else {
      // The comma becomes the bracket that ends the one part and begins the other.
      held.copyWithin(0, comma, size)
      held[0] = OPEN
      size -= comma
      wanted = least
    }
    return part
  }

  return {
    add(bytes) {
      held = withRoom(held, size, bytes.length)
      held.set(bytes, size)
      size += bytes.length
      return size < wanted ? undefined : cut()
    },
    end: () => parseBytes(held.subarray(0, size)),
  }
}

/** The list up to a comma; undefined where that is none. */
function closed(bytes: Buffer, comma: number): unknown {
  bytes[comma] = CLOSE
  try {
    return parseBytes(bytes.subarray(0, comma + 1))
  } catch {
    bytes[comma] = COMMA
    return undefined
  }
}

/** The buffer, or a larger copy with room for so many bytes more. */
function withRoom(held: Buffer, size: number, more: number): Buffer {
  if (size + more <= held.length) return held
  const larger = Buffer.allocUnsafeSlow(Math.max(size + more, 2 * held.length))
  held.copy(larger, 0, 0, size)
  return larger
}
