import fc from 'fast-check'

/** Bytes that parsers stumble over. */
const ODD = Buffer.from('\0"\\{}[]:,=+/ \n\u{1f418}\xff')
/** Of the bytes that one edit drops or moves. */
const LONGEST = 40
/** Larger than any message; a place is what is left of it when it is divided by the message's length. */
const PLACES = 65_536

const EDITS = ['change', 'drop', 'insert', 'repeat', 'cut', 'turn', 'replace'] as const

/** One change to a message's bytes. */
interface Edit {
  readonly edit: (typeof EDITS)[number]
  readonly at: number
  readonly length: number
  readonly odd: number
  readonly byte: number
}

/** A few changes to a message's bytes; together they may by chance change nothing. */
export const byteEdits: fc.Arbitrary<readonly Edit[]> = fc.array(
  fc.record({
    edit: fc.constantFrom(...EDITS),
    at: fc.nat(PLACES - 1),
    length: fc.nat(LONGEST - 1),
    odd: fc.nat(ODD.length - 1),
    byte: fc.nat(255),
  }),
  { minLength: 1, maxLength: 3 },
)

export function editBytes(original: Buffer, edits: readonly Edit[]): Buffer {
  return edits.reduce(editOnce, original)
}

function editOnce(bytes: Buffer, { edit, at: place, length, odd: from, byte }: Edit): Buffer {
  const at = place % (bytes.length + 1)
  const end = Math.min(bytes.length, at + length)
  const [before, after, odd] = [
    bytes.subarray(0, at),
    bytes.subarray(end),
    ODD.subarray(from, from + 3),
  ]
  switch (edit) {
    case 'change': {
      const changed = Buffer.from(bytes)
      if (at < changed.length) changed[at] = byte
      return changed
    }
    case 'drop':
      return Buffer.concat([before, after])
    case 'insert':
      return Buffer.concat([before, odd, bytes.subarray(at)])
    case 'repeat':
      return Buffer.concat([bytes.subarray(0, end), bytes.subarray(at)])
    case 'cut':
      return before
    case 'turn':
      return Buffer.concat([bytes.subarray(at), before])
    case 'replace':
      return Buffer.concat([before, odd, after])
  }
}

/** What takes the place of a member of a document; `undefined` leaves it out. */
export const oddValue: fc.Arbitrary<unknown> = fc.constantFrom<unknown>(
  ...[null, true, 0, -1, 1e308, '', '{}', 'null', 'constructor', '__proto__', '\ud800', []],
  ...[{}, [[[[]]]], { __proto__: null, toString: 1 }, 'x'.repeat(10_000), undefined],
)
