/** A binary heap: `pop` gives the item that is before all others. */
export interface Heap<T> {
  readonly size: number
  push(item: T): void
  peek(): T | undefined
  pop(): T | undefined
  /** Drops all items that do not pass. */
  keep(passes: (item: T) => boolean): void
  /** In no order. */
  items(): readonly T[]
}

/** @param before a strict total order, so that the sequence of pops does not depend on the shape of the heap. */
export function heap<T>(before: (a: T, b: T) => boolean): Heap<T> {
  let items: T[] = []

  const up = (from: number): void => {
    const item = items[from] as T
    let index = from
    while (index > 0) {
      const parent = (index - 1) >> 1
      const other = items[parent] as T
      if (!before(item, other)) break
      items[index] = other
      index = parent
    }
    items[index] = item
  }

  const down = (from: number): void => {
    const item = items[from] as T
    const size = items.length
    let index = from
    for (let child = 2 * index + 1; child < size; child = 2 * index + 1) {
      if (child + 1 < size && before(items[child + 1] as T, items[child] as T)) child += 1
      const other = items[child] as T
      if (!before(other, item)) break
      items[index] = other
      index = child
    }
    items[index] = item
  }

  return {
    get size() {
      return items.length
    },
    push(item) {
      items.push(item)
      up(items.length - 1)
    },
    peek: () => items[0],
    pop() {
      const first = items[0]
      const last = items.pop()
      if (items.length > 0) {
        items[0] = last as T
        down(0)
      }
      return first
    },
    keep(passes) {
      items = items.filter(passes)
      for (let index = (items.length >> 1) - 1; index >= 0; index -= 1) down(index)
    },
    items: () => items,
  }
}
