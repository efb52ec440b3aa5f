import { at, degree } from '../numbers/adjacency.js'
import type { Adjacency } from '../numbers/adjacency.js'

export interface Levels {
  /** The nodes that wait for none, those that wait only for these, and so on; each ascending. */
  readonly groups: readonly Uint32Array[]
  /** How many nodes are in the groups; fewer than all when some wait for each other in a circle. */
  readonly ordered: number
}

/**
 * Longest-path levels, by Kahn's way and without recursion: a chain of 100,000 nodes is 100,000 levels deep
 * (the package toposort overflows the stack at 7,000).
 */
export function levelsOf(producers: Adjacency, consumers: Adjacency): Levels {
  const count = producers.offsets.length - 1
  const level = new Uint32Array(count)
  const waitsFor = new Uint32Array(count)
  const queue = new Uint32Array(count)
  let ordered = 0
  for (let node = 0; node < count; node++) {
    waitsFor[node] = degree(producers, node)
    if (waitsFor[node] === 0) queue[ordered++] = node
  }
  for (let done = 0; done < ordered; done++) {
    const node = at(queue, done)
    const next = at(level, node) + 1
    const end = at(consumers.offsets, node + 1)
    for (let edge = at(consumers.offsets, node); edge < end; edge++) {
      const consumer = at(consumers.targets, edge)
      const left = at(waitsFor, consumer) - 1
      waitsFor[consumer] = left
      if (left > 0) continue
      // The queue is in the order of levels, so the last producer to be done is one of the highest.
      level[consumer] = next
      queue[ordered++] = consumer
    }
  }
  return { groups: grouped(queue.subarray(0, ordered), level), ordered }
}

/** Cuts the queue where the level changes and sorts each part. */
function grouped(queue: Uint32Array, level: Uint32Array): Uint32Array[] {
  const groups: Uint32Array[] = []
  let start = 0
  for (let place = 1; place <= queue.length; place++) {
    if (place < queue.length && level[at(queue, place)] === level[at(queue, start)]) continue
    const group = queue.subarray(start, place)
    groups.push(place - start > 1 ? group.sort() : group)
    start = place
  }
  return groups
}
