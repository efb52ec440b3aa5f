import { createHeap } from './heap.js'

/** Nodes that only lack a slot: who has the longest path behind it comes first, then who has the lower number. */
export interface Ready {
  add(node: number): void
  /** Takes the first `most`; what is ready no longer is dropped, and a node that was added twice is taken once. */
  take(most: number, isReady: (node: number) => boolean): number[]
}

/** @param behind by node: how long the path behind it is, itself included */
export function createReady(behind: (node: number) => number): Ready {
  const heap = createHeap<number>(
    (a, b) => behind(a) > behind(b) || (behind(a) === behind(b) && a < b),
  )
  return {
    add: (node) => heap.push(node),
    take(most, isReady) {
      const taken: number[] = []
      while (taken.length < most) {
        const node = heap.pop()
        if (node === undefined) break
        if (node !== taken.at(-1) && isReady(node)) taken.push(node)
      }
      return taken
    },
  }
}
