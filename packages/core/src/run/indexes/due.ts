import type { Moment } from '../../ports/clock.js'

/** What is due when, by node number: a binary heap, so that decide costs what is due and not what exists. */
export interface Due {
  /** An entry is dropped when taken if `isCurrent` no longer holds; rescheduling a node just adds another. */
  add(at: Moment, node: number): void
  /** Time of the earliest entry that still stands; Infinity when there is none. */
  next(isCurrent: (node: number, at: Moment) => boolean): Moment
  /** Takes all nodes that are due at `now`, in node order, each once. */
  take(now: Moment, isCurrent: (node: number, at: Moment) => boolean): number[]
}

export function createDue(): Due {
  const times: Moment[] = []
  const nodes: number[] = []

  function swap(a: number, b: number): void {
    const time = times[a] as number
    const node = nodes[a] as number
    times[a] = times[b] as number
    nodes[a] = nodes[b] as number
    times[b] = time
    nodes[b] = node
  }

  function pop(): void {
    const last = times.length - 1
    swap(0, last)
    times.pop()
    nodes.pop()
    for (let at = 0; ;) {
      const left = 2 * at + 1
      const right = left + 1
      let least = at
      if (left < last && (times[left] as number) < (times[least] as number)) least = left
      if (right < last && (times[right] as number) < (times[least] as number)) least = right
      if (least === at) return
      swap(at, least)
      at = least
    }
  }

  return {
    add(at, node) {
      times.push(at)
      nodes.push(node)
      for (let child = times.length - 1; child > 0;) {
        const parent = (child - 1) >> 1
        if ((times[parent] as number) <= (times[child] as number)) return
        swap(parent, child)
        child = parent
      }
    },
    next(isCurrent) {
      while (times.length > 0 && !isCurrent(nodes[0] as number, times[0] as number)) pop()
      return times[0] ?? Infinity
    },
    take(now, isCurrent) {
      const taken = new Set<number>()
      while (times.length > 0 && (times[0] as number) <= now) {
        if (isCurrent(nodes[0] as number, times[0] as number)) taken.add(nodes[0] as number)
        pop()
      }
      return [...taken].sort((a, b) => a - b)
    },
  }
}
