import { at, type Adjacency } from '../numbers/adjacency.js'
import { sortRange } from '../numbers/sort-range.js'
import type { Hasher } from '../ports/hasher.js'

/** Characters handed to the hasher at once; arguments of one call, so well below V8's limit of some 100,000. */
const CHUNK = 8192
/** Characters of names joined at once: one text of all would be a copy of the site. */
const NAMES = 65_536
/** Numbers that a set has at first; larger ones make room. */
const SET = 32

/** Feeds data to a hasher that takes text. Everything says its own length, so that no two contents read alike. */
export interface DigestWriter {
  readonly hasher: Hasher
  readonly characters: Uint16Array
  used: number
  /** Names that wait to be joined, and how many characters they have together. */
  names: string[]
  length: number
  scratch: Uint32Array
}

export function digestWriter(hasher: Hasher): DigestWriter {
  return {
    hasher,
    characters: new Uint16Array(CHUNK),
    used: 0,
    names: [''].slice(1),
    length: 0,
    scratch: new Uint32Array(SET),
  }
}

export function writeJson(writer: DigestWriter, value: unknown): void {
  writeText(writer, JSON.stringify(value))
}

/** A whole number below 2^29: one character, or two from 2^14 on. None is a surrogate; digits would cost ten times as much. */
export function writeNumber(writer: DigestWriter, value: number): void {
  if (writer.used >= CHUNK - 1) flush(writer)
  if (value < 0x4000) {
    writer.characters[writer.used++] = value
  } else {
    writer.characters[writer.used++] = 0x4000 | (value & 0x3fff)
    writer.characters[writer.used++] = value >>> 14
  }
}

/** Its length now, the text itself with others. */
export function writeName(writer: DigestWriter, name: string): void {
  writeNumber(writer, name.length)
  writer.names.push(name)
  writer.length += name.length
  if (writer.length >= NAMES) writeNames(writer)
}

/** The names so far, and how long they are together. */
function writeNames(writer: DigestWriter): void {
  writeText(writer, writer.names.join(''))
  writer.names.length = 0
  writer.length = 0
}

/** A row as a set of other numbers: how many different ones, then these, ascending, each as a step from the last. */
export function writeSet(
  writer: DigestWriter,
  { offsets, targets }: Adjacency,
  row: number,
  numberOf: Int32Array,
): void {
  const start = at(offsets, row)
  const size = at(offsets, row + 1) - start
  if (size > writer.scratch.length) writer.scratch = new Uint32Array(size * 2)
  const { scratch } = writer
  for (let index = 0; index < size; index++) {
    scratch[index] = numberOf[at(targets, start + index)] as number
  }
  const different = sortedSet(scratch, size)
  writeNumber(writer, different)
  let before = 0
  for (let index = 0; index < different; index++) {
    writeNumber(writer, at(scratch, index) - before)
    before = at(scratch, index)
  }
}

/** Ends the writer. */
export function digestWritten(writer: DigestWriter): string {
  writeNames(writer)
  return writer.hasher.digest()
}

function writeText(writer: DigestWriter, text: string): void {
  writeNumber(writer, text.length)
  flush(writer)
  writer.hasher.update(text)
}

function flush(writer: DigestWriter): void {
  const codes = writer.characters.subarray(0, writer.used) as unknown as number[]
  writer.hasher.update(String.fromCharCode.apply(null, codes))
  writer.used = 0
}

/** Sorts the first `size` numbers, moves the different ones to the front and says how many they are. */
function sortedSet(numbers: Uint32Array, size: number): number {
  sortRange(numbers, 0, size)
  let different = Math.min(size, 1)
  for (let index = 1; index < size; index++) {
    const number = at(numbers, index)
    if (number !== at(numbers, different - 1)) numbers[different++] = number
  }
  return different
}
