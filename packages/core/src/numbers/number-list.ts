/**
 * A list of whole numbers below 2^32 that grows: 4 bytes each, where an array of a million takes more and longer.
 * A record with functions beside it, as closures made anew for each list have V8 compile their callers again.
 */
export interface NumberList {
  numbers: Uint32Array
  size: number
}

/** @param expected how many numbers it has room for before it grows; each growth is a copy, and a reason for V8 to collect. */
export function numberList(expected = 1024): NumberList {
  return { numbers: new Uint32Array(Math.max(expected, 1)), size: 0 }
}

export function push(list: NumberList, number: number): void {
  if (list.size === list.numbers.length) {
    const larger = new Uint32Array(list.size * 2)
    larger.set(list.numbers)
    list.numbers = larger
  }
  list.numbers[list.size++] = number
}

/** The numbers so far: a view, as a copy of a million is felt. The list must not be used any more. */
export function toArray(list: NumberList): Uint32Array {
  return list.numbers.subarray(0, list.size)
}
