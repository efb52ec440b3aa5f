/**
 * A stream that begins when its first item is asked for.
 * @param begin called once for each time that it is iterated
 */
export function lazyStream<T>(begin: () => Promise<AsyncIterable<T>>): AsyncIterable<T> {
  return {
    [Symbol.asyncIterator]() {
      let begun: Promise<AsyncIterator<T>> | undefined
      let running: AsyncIterator<T> | undefined
      const start = async (): Promise<AsyncIterator<T>> => {
        running = (await begin())[Symbol.asyncIterator]()
        return running
      }
      return {
        next() {
          if (running !== undefined) return running.next()
          begun ??= start()
          return begun.then((items) => items.next())
        },
        async return() {
          const items = await begun?.catch(() => undefined)
          await items?.return?.()
          return { value: undefined, done: true }
        },
      }
    },
  }
}
