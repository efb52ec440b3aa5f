/**
 * A list of whole numbers below 2^32 that grows: 4 bytes each, where an array of a million takes more and longer.
 * A record with functions beside it, as closures made anew for each list have V8 compile their callers again.
 */
export interface NumberList {
  numbers: Uint32Array
  size: number
}

export function numberList(): NumberList {
  return { numbers: new Uint32Array(1024), size: 0 }
}

export function push(list: NumberList, number: number): void {
  if (list.size === list.numbers.length) {
    const larger = new Uint32Array(list.size * 2)
    larger.set(list.numbers)
    list.numbers = larger
  }
  list.numbers[list.size++] = number
}

/** The numbers so far, in an array of just their size. */
export function toArray(list: NumberList): Uint32Array {
  return list.numbers.slice(0, list.size)
}
