/** Items that arrive on their own time, read by one consumer. */
export interface Outbox<T> extends AsyncIterable<T> {
  push(item: T): void
  /** No more items; those that are in are still read. */
  end(): void
  /** The consumer gets the error once it has read what is in. */
  fail(error: unknown): void
}

export function outbox<T>(): Outbox<T> {
  let items: T[] = []
  let ended = false
  let failure: { readonly error: unknown } | undefined
  let wake: (() => void) | undefined

  const notify = (): void => {
    wake?.()
    wake = undefined
  }
  return {
    push(item) {
      items.push(item)
      notify()
    },
    end() {
      ended = true
      notify()
    },
    fail(error) {
      failure ??= { error }
      notify()
    },
    async *[Symbol.asyncIterator]() {
      for (;;) {
        if (items.length > 0) {
          const batch = items
          items = []
          yield* batch
        } else if (failure !== undefined) throw failure.error
        else if (ended) return
        else await new Promise<void>((resolve) => (wake = resolve))
      }
    },
  }
}
