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
  if (list.size === list.numbers.length) enlarge(list, list.size + 1)
  list.numbers[list.size++] = number
}

/** So many more numbers at the end, 0 each: a view to write them to, until the list grows again. */
export function extend(list: NumberList, count: number): Uint32Array {
  const start = list.size
  list.size += count
  if (list.size > list.numbers.length) enlarge(list, list.size)
  return list.numbers.subarray(start, list.size)
}

function enlarge(list: NumberList, least: number): void {
  const larger = new Uint32Array(Math.max(least, list.numbers.length * 2))
  larger.set(list.numbers)
  list.numbers = larger
}

/** The numbers so far: a view, as a copy of a million is felt. The list must not be used any more. */
export function toArray(list: NumberList): Uint32Array {
  return list.numbers.subarray(0, list.size)
}
