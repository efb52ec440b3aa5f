import type { Random } from '@choirmaster/core/provide'
import { integerBelow } from '@choirmaster/core/testing'

/** One of a few. */
export function pick<T>(random: Random, choices: readonly T[]): T {
  return choices[integerBelow(random, choices.length)] as T
}

/** Bytes that parsers stumble over. */
const ODD = Buffer.from('\0"\\{}[]:,=+/ \n\u{1f418}\xff')

/** Changes, drops, adds or moves some bytes; may by chance change nothing. */
export function mutateBytes(random: Random, original: Uint8Array): Buffer {
  let bytes: Buffer = Buffer.from(original)
  for (let times = 1 + integerBelow(random, 3); times > 0; times--)
    bytes = mutateOnce(random, bytes)
  return bytes
}

function mutateOnce(random: Random, bytes: Buffer): Buffer {
  const at = integerBelow(random, bytes.length + 1)
  const end = Math.min(bytes.length, at + integerBelow(random, 40))
  const odd = ODD.subarray(integerBelow(random, ODD.length)).subarray(0, 3)
  switch (integerBelow(random, 7)) {
    case 0: {
      const changed = Buffer.from(bytes)
      if (at < changed.length) changed[at] = integerBelow(random, 256)
      return changed
    }
    case 1:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(end)])
    case 2:
      return Buffer.concat([bytes.subarray(0, at), odd, bytes.subarray(at)])
    case 3:
      return Buffer.concat([bytes.subarray(0, end), bytes.subarray(at)])
    case 4:
      return bytes.subarray(0, at)
    case 5:
      return Buffer.concat([bytes.subarray(at), bytes.subarray(0, at)])
    default:
      return Buffer.concat([bytes.subarray(0, at), odd, bytes.subarray(end)])
  }
}

const ODD_VALUES: readonly unknown[] = [
  ...[null, true, 0, -1, 1e308, '', '{}', 'null', 'constructor', '__proto__', '\ud800', []],
  ...[{}, [[[[]]]], { __proto__: null, toString: 1 }, 'x'.repeat(10_000), undefined],
]

/** Puts something odd in place of one member of a document, or leaves it out. */
export function mutateMember(
  random: Random,
  document: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const name = pick(random, Object.keys(document))
  return { ...document, [name]: pick(random, ODD_VALUES) }
}
