/** A list of whole numbers below 2^32 that grows: 4 bytes each, where an array of a million takes more and longer. */
export interface NumberList {
  push(number: number): void
  size(): number
  /** The numbers so far, in an array of just their size. */
  toArray(): Uint32Array
}

export function numberList(): NumberList {
  let numbers = new Uint32Array(1024)
  let size = 0
  return {
    push(number) {
      if (size === numbers.length) {
        const larger = new Uint32Array(size * 2)
        larger.set(numbers)
        numbers = larger
      }
      numbers[size++] = number
    },
    size: () => size,
    toArray: () => numbers.slice(0, size),
  }
}
