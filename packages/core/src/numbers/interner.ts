/** Gives each different name a number, from 0 in the order of asking. */
export interface Interner {
  readonly names: string[]
  /** Asked once for each different name. */
  readonly accept: (name: string) => boolean
  /** By number. */
  hashes: Int32Array
  /** By number: the name that was asked for after it. */
  following: Int32Array
  /** Number of the name in each slot, plus 1; 0: free. At most half of the slots are taken. */
  slots: Int32Array
  last: number
}

/** For a start; a power of two. */
const NAMES = 4096

/**
 * A hash table of its own, as a site of a million needs asks a million times and a Map takes half as long again:
 * it has the hash of each text worked out and stored first.
 */
export function interner(accept: (name: string) => boolean): Interner {
  return {
    names: [],
    accept,
    hashes: new Int32Array(NAMES),
    following: new Int32Array(NAMES),
    slots: new Int32Array(NAMES * 2),
    last: 0,
  }
}

/** The number of a name, -1 when it is not accepted. */
export function numberOf(interner: Interner, name: string): number {
  // Lists repeat each other, and a right guess saves the search.
  const guess = interner.following[interner.last] as number
  if (interner.names[guess] === name) {
    interner.last = guess
    return guess
  }
  const found = search(interner, name)
  if (found === -1) return -1
  interner.following[interner.last] = found
  interner.last = found
  return found
}

function search(interner: Interner, name: string): number {
  const { names, hashes, slots } = interner
  const hash = hashOf(name)
  const mask = slots.length - 1
  let slot = hash & mask
  for (let taken = slots[slot] as number; taken !== 0; taken = slots[slot] as number) {
    if (hashes[taken - 1] === hash && names[taken - 1] === name) return taken - 1
    slot = (slot + 1) & mask
  }
  if (!interner.accept(name)) return -1
  const number = names.push(name) - 1
  hashes[number] = hash
  slots[slot] = number + 1
  if (names.length === hashes.length) grow(interner)
  return number
}

function grow(interner: Interner): void {
  const size = interner.names.length * 2
  const hashes = new Int32Array(size)
  hashes.set(interner.hashes)
  const following = new Int32Array(size)
  following.set(interner.following)
  const slots = new Int32Array(size * 2)
  const mask = slots.length - 1
  for (let number = 0; number < interner.names.length; number++) {
    let slot = (hashes[number] as number) & mask
    while (slots[slot] !== 0) slot = (slot + 1) & mask
    slots[slot] = number + 1
  }
  Object.assign(interner, { hashes, following, slots })
}

/** 32 bits that spread names which differ in a digit: multiply and add, then mix the high bits down. */
function hashOf(name: string): number {
  let hash = name.length
  for (let index = 0; index < name.length; index++) {
    hash = (Math.imul(hash, 31) + name.charCodeAt(index)) | 0
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x45d9f3b)
  return hash ^ (hash >>> 16)
}
