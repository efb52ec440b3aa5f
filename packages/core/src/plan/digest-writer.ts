import type { Hasher } from '../ports/hasher.js'
import { at } from './adjacency.js'
import type { Adjacency } from './plan.js'

/** Characters handed to the hasher at once; arguments of one call, so well below V8's limit of some 100,000. */
const CHUNK = 8192
/** Characters of names joined at once: one text of all would be a copy of the site. */
const NAMES = 65_536
/** Below this, moving numbers by hand is quicker than a call to the library's sort. */
const SHORT = 32

/** Feeds data to a hasher that takes text. Everything says its own length, so that no two contents read alike. */
export interface DigestWriter {
  json(value: unknown): void
  /** A whole number below 2^29. */
  number(value: number): void
  /** The names with these numbers, in this order. */
  names(numbers: Uint32Array, names: readonly string[]): void
  /** A row as a set of other numbers: how many different ones, then these, ascending, each as a step from the last. */
  set(rows: Adjacency, row: number, numberOf: Int32Array): void
  digest(): string
}

export function digestWriter(hasher: Hasher): DigestWriter {
  const characters = new Uint16Array(CHUNK)
  let used = 0
  let scratch = new Uint32Array(SHORT)

  const flush = (): void => {
    const codes = characters.subarray(0, used) as unknown as number[]
    hasher.update(String.fromCharCode.apply(null, codes))
    used = 0
  }
  // One character, or two from 2^14 on: none is a surrogate, and digits would cost ten times as much.
  const number = (value: number): void => {
    if (used >= CHUNK - 1) flush()
    if (value < 0x4000) {
      characters[used++] = value
    } else {
      characters[used++] = 0x4000 | (value & 0x3fff)
      characters[used++] = value >>> 14
    }
  }
  const text = (content: string): void => {
    number(content.length)
    flush()
    hasher.update(content)
  }
  return {
    json: (value) => text(JSON.stringify(value)),
    number,
    names(numbers, names) {
      number(numbers.length)
      for (const name of numbers) number((names[name] as string).length)
      let some = ''
      for (const name of numbers) {
        some += names[name] as string
        if (some.length < NAMES) continue
        text(some)
        some = ''
      }
      text(some)
    },
    set({ offsets, targets }, row, numberOf) {
      const start = at(offsets, row)
      const size = at(offsets, row + 1) - start
      if (size > scratch.length) scratch = new Uint32Array(size * 2)
      for (let index = 0; index < size; index++) {
        scratch[index] = numberOf[at(targets, start + index)] as number
      }
      const different = sortedSet(scratch, size)
      number(different)
      let before = 0
      for (let index = 0; index < different; index++) {
        number(at(scratch, index) - before)
        before = at(scratch, index)
      }
    },
    digest() {
      flush()
      return hasher.digest()
    },
  }
}

/** Sorts the first `size` numbers, moves the different ones to the front and says how many they are. */
function sortedSet(numbers: Uint32Array, size: number): number {
  if (size > SHORT) numbers.subarray(0, size).sort()
  else insertionSort(numbers, size)
  let different = Math.min(size, 1)
  for (let index = 1; index < size; index++) {
    const number = at(numbers, index)
    if (number !== at(numbers, different - 1)) numbers[different++] = number
  }
  return different
}

function insertionSort(numbers: Uint32Array, size: number): void {
  for (let end = 1; end < size; end++) {
    const number = at(numbers, end)
    let place = end
    for (; place > 0 && at(numbers, place - 1) > number; place--) {
      numbers[place] = at(numbers, place - 1)
    }
    numbers[place] = number
  }
}
