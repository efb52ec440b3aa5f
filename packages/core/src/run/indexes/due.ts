import type { Moment } from '../../ports/clock.js'
import { createHeap } from './heap.js'

/** What is due when, by node number, so that decide costs what is due and not what exists. */
export interface Due {
  /** An entry is dropped when taken if `isCurrent` no longer holds; rescheduling a node just adds another. */
  add(at: Moment, node: number): void
  /** Time of the earliest entry that still stands; Infinity when there is none. */
  next(isCurrent: (node: number, at: Moment) => boolean): Moment
  /** Takes all nodes that are due at `now`, in node order, each once. */
  take(now: Moment, isCurrent: (node: number, at: Moment) => boolean): number[]
}

interface Entry {
  readonly at: Moment
  readonly node: number
}

export function createDue(): Due {
  const heap = createHeap<Entry>((a, b) => a.at < b.at)
  return {
    add: (at, node) => heap.push({ at, node }),
    next(isCurrent) {
      for (let first = heap.peek(); first !== undefined; first = heap.peek()) {
        if (isCurrent(first.node, first.at)) return first.at
        heap.pop()
      }
      return Infinity
    },
    take(now, isCurrent) {
      const taken = new Set<number>()
      for (let first = heap.peek(); first !== undefined && first.at <= now; first = heap.peek()) {
        if (isCurrent(first.node, first.at)) taken.add(first.node)
        heap.pop()
      }
      return [...taken].sort((a, b) => a - b)
    },
  }
}
