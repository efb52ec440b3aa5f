/** Below this, moving numbers by hand is quicker than a call to the library's sort. */
const SHORT = 32

/** Sorts the numbers of a range in their place, ascending: most ranges of a site are short or in order. */
export function sortRange(numbers: Uint32Array, start: number, end: number): void {
  if (end - start > SHORT) {
    numbers.subarray(start, end).sort()
    return
  }
  for (let next = start + 1; next < end; next++) {
    const number = numbers[next] as number
    let place = next
    for (; place > start && (numbers[place - 1] as number) > number; place--) {
      numbers[place] = numbers[place - 1] as number
    }
    numbers[place] = number
  }
}
