/** Items that arrive on their own time, read by one consumer. */
export interface Outbox<T> extends AsyncIterable<T> {
  push(item: T): void
  /** No more items; those that are in are still read. */
  end(): void
  /** The consumer gets the error once it has read what is in. */
  fail(error: unknown): void
  /** Not a generator: of 50,000 answers that costs more than decoding them. */
  next(): Promise<IteratorResult<T, undefined>>
}

/** @param ended called once, when no more items can come */
export function outbox<T>(ended: () => void): Outbox<T> {
  let items: T[] = []
  let read = 0
  let over: { readonly failure?: unknown } | undefined
  let waiting: ((result: IteratorResult<T, undefined> | Promise<never>) => void) | undefined

  const finish = (how: { readonly failure?: unknown }): void => {
    if (over !== undefined) return
    over = how
    waiting?.(last())
    waiting = undefined
    ended()
  }
  /** What comes when nothing comes any more; an error comes once. */
  const last = (): IteratorResult<T, undefined> | Promise<never> => {
    const failed = over !== undefined && 'failure' in over
    const failure = over?.failure
    over = {}
    return failed ? Promise.reject(failure as Error) : { value: undefined, done: true }
  }
  const box: Outbox<T> = {
    push(value) {
      if (over !== undefined) return
      if (waiting === undefined) {
        items.push(value)
        return
      }
      waiting({ value, done: false })
      waiting = undefined
    },
    end: () => finish({}),
    fail: (failure) => finish({ failure }),
    next() {
      if (read < items.length) {
        const value = items[read++] as T
        if (read === items.length) {
          items = []
          read = 0
        }
        return Promise.resolve({ value, done: false })
      }
      if (over !== undefined) return Promise.resolve(last())
      return new Promise((resolve) => (waiting = resolve))
    },
    [Symbol.asyncIterator]: () => ({
      next: () => box.next(),
      async return() {
        items = []
        read = 0
        finish({})
        return { value: undefined, done: true }
      },
    }),
  }
  return box
}
