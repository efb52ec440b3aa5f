import { extend, numberList, type NumberList } from './number-list.js'

/** Gives each different name a number, from 0 in the order of asking. */
export interface Interner {
  readonly names: string[]
  /** Asked once for each different name. */
  readonly accept: (name: string) => boolean
  /** Pairs: hash of a name, and its number plus 1; 0: free. At most half of the pairs are taken. */
  table: Int32Array
}

/** A row of names that are numbered some at a time. */
export interface Numbering {
  readonly interner: Interner
  /** Of the names asked for so far, but for those that wait. */
  readonly numbers: NumberList
  /** A name was not accepted; the numbers are of no use. */
  failed: boolean
  readonly waiting: string[]
  waits: number
  readonly hashes: Int32Array
  /** Most names of the last batch came in the order in which they were first asked for. */
  inSequence: boolean
}

/** -1, in a list of numbers: the name was not accepted. */
const NONE = 0xffffffff
/** Pairs for a start; a power of two. */
const PAIRS = 8192
/** Names numbered together: enough that the processor reaches for many at once, few enough to stay in its cache. */
const BATCH = 256

/**
 * A hash table of its own, as a site of a million needs asks a million times and a Map takes up to twice as long:
 * it works out and stores the hash of each text first, and one name has to wait for the other.
 */
export function interner(accept: (name: string) => boolean): Interner {
  // Cut from a list with a text: V8 takes a plain [] for a list of small numbers and compiles for that first.
  return { names: [''].slice(1), accept, table: new Int32Array(PAIRS * 2) }
}

export function numbering(interner: Interner): Numbering {
  return {
    interner,
    numbers: numberList(),
    failed: false,
    waiting: new Array<string>(BATCH).fill(''),
    waits: 0,
    hashes: new Int32Array(BATCH),
    inSequence: false,
  }
}

/** Asks for the number of a name; it comes into `numbers` at the latest with `settle`. */
export function ask(numbering: Numbering, name: string): void {
  numbering.waiting[numbering.waits++] = name
  if (numbering.waits === BATCH) settle(numbering)
}

/** Numbers the names that wait. */
export function settle(numbering: Numbering): void {
  const { interner, waits } = numbering
  const known = interner.names.length
  const numbers = extend(numbering.numbers, waits)
  if (numbering.inSequence) searchInSequence(numbering, numbers)
  else searchByHash(numbering, numbers)
  // New names have numbers in sequence too, but these could not have been foreseen.
  let foreseen = known - interner.names.length
  for (let index = 0; index < waits; index++) {
    const number = numbers[index] as number
    if (number === NONE) numbering.failed = true
    if (index > 0 && number === (numbers[index - 1] as number) + 1) foreseen++
  }
  numbering.inSequence = foreseen * 2 > waits
  numbering.waits = 0
}

/**
 * Lists of a site often repeat each other's order, and so the order of the numbers: to compare a name with the
 * one that comes next takes a fifth of the time of looking it up.
 */
function searchInSequence({ interner, waiting, waits }: Numbering, numbers: Uint32Array): void {
  let number = -1
  for (let index = 0; index < waits; index++) {
    const name = waiting[index] as string
    if (name === interner.names[number + 1]) number++
    else number = numberOf(interner, name)
    numbers[index] = number
  }
}

/** All hashes first, then all searches, so that one search does not wait for the other. */
function searchByHash({ interner, waiting, waits, hashes }: Numbering, numbers: Uint32Array): void {
  for (let index = 0; index < waits; index++) {
    hashes[index] = hashOf(waiting[index] as string)
  }
  for (let index = 0; index < waits; index++) {
    numbers[index] = search(interner, waiting[index] as string, hashes[index] as number)
  }
}

/** The number of one name, -1 when it is not accepted. */
export function numberOf(interner: Interner, name: string): number {
  return search(interner, name, hashOf(name))
}

function search(interner: Interner, name: string, hash: number): number {
  const { names, table } = interner
  const mask = table.length - 2
  let pair = (hash << 1) & mask
  for (let taken = table[pair + 1] as number; taken !== 0; taken = table[pair + 1] as number) {
    if (table[pair] === hash && names[taken - 1] === name) return taken - 1
    pair = (pair + 2) & mask
  }
  if (!interner.accept(name)) return -1
  table[pair] = hash
  table[pair + 1] = names.push(name)
  if (names.length * 4 === table.length) interner.table = enlarged(table)
  return names.length - 1
}

function enlarged(table: Int32Array): Int32Array {
  const larger = new Int32Array(table.length * 2)
  const mask = larger.length - 2
  for (let old = 0; old < table.length; old += 2) {
    const taken = table[old + 1] as number
    if (taken === 0) continue
    const hash = table[old] as number
    let pair = (hash << 1) & mask
    while (larger[pair + 1] !== 0) pair = (pair + 2) & mask
    larger[pair] = hash
    larger[pair + 1] = taken
  }
  return larger
}

/** 32 bits that spread names which differ in a digit: two rows of multiply and add, then the high bits mixed down. */
function hashOf(name: string): number {
  const { length } = name
  let even = length
  let odd = 0x9e3779b9 | 0
  let index = 0
  for (; index + 1 < length; index += 2) {
    even = (Math.imul(even, 31) + name.charCodeAt(index)) | 0
    odd = (Math.imul(odd, 37) + name.charCodeAt(index + 1)) | 0
  }
  if (index < length) even = (Math.imul(even, 31) + name.charCodeAt(index)) | 0
  const both = even ^ Math.imul(odd, 0x85ebca6b)
  const hash = Math.imul(both ^ (both >>> 16), 0x45d9f3b)
  return hash ^ (hash >>> 16)
}
