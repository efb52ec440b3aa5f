import { numberList, push, toArray } from './number-list.js'
import { sortRange } from './sort-range.js'

/** Neighbours of row n are `targets[offsets[n] … offsets[n + 1] - 1]`, ascending where nothing else is said. */
export interface Adjacency {
  readonly offsets: Uint32Array
  readonly targets: Uint32Array
}

/** Writes an adjacency row by row: `add` neighbours of the row, then `next`. */
export interface AdjacencyBuilder {
  add(target: number): void
  next(): void
  build(): Adjacency
}

export function adjacencyBuilder(rows: number): AdjacencyBuilder {
  const offsets = new Uint32Array(rows + 1)
  const targets = numberList()
  let row = 0
  return {
    add: (target) => push(targets, target),
    next() {
      offsets[++row] = targets.size
    },
    build: () => ({ offsets, targets: toArray(targets) }),
  }
}

/** How many neighbours a row has. */
export function degree({ offsets }: Adjacency, row: number): number {
  return at(offsets, row + 1) - at(offsets, row)
}

/** The neighbours of a row: a view, not a copy. */
export function neighbours({ offsets, targets }: Adjacency, row: number): Uint32Array {
  return targets.subarray(offsets[row], offsets[row + 1])
}

/**
 * The same edges seen from the other end. Rows come out ascending, whatever the order was.
 * @param columns how many rows the result has.
 */
export function transposed({ offsets, targets }: Adjacency, columns: number): Adjacency {
  const starts = new Uint32Array(columns + 1)
  for (const target of targets) starts[target + 1] = at(starts, target + 1) + 1
  for (let column = 0; column < columns; column++) {
    starts[column + 1] = at(starts, column + 1) + at(starts, column)
  }
  const cursor = starts.slice()
  const sources = new Uint32Array(targets.length)
  for (let row = 0; row + 1 < offsets.length; row++) {
    const end = at(offsets, row + 1)
    for (let edge = at(offsets, row); edge < end; edge++) {
      const target = at(targets, edge)
      const place = at(cursor, target)
      sources[place] = row
      cursor[target] = place + 1
    }
  }
  return { offsets: starts, targets: sources }
}

/** The same edges with ascending rows. The argument must not be used any more: its rows are sorted in their place. */
export function sortedRows({ offsets, targets }: Adjacency): Adjacency {
  for (let row = 0; row + 1 < offsets.length; row++) {
    sortRange(targets, at(offsets, row), at(offsets, row + 1))
  }
  return { offsets, targets }
}

/**
 * An element that is there. Only for this kind of array: with two kinds V8 makes the loops of a big site half
 * as fast.
 */
export function at(numbers: Uint32Array, index: number): number {
  return numbers[index] as number
}
