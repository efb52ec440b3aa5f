import type { Call } from '@choirmaster/core'

/** Declares a test with the runner of your choice: vitest's and node:test's `test` both fit. */
export type Declare = (name: string, body: () => Promise<void>) => void

/** A call that nobody gives up. */
export const CALL: Call = { signal: new AbortController().signal }

export async function collect<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = []
  for await (const item of stream) items.push(item)
  return items
}

/** The error that `work` is rejected with. */
export async function failure(work: () => Promise<unknown>): Promise<Error> {
  try {
    await work()
  } catch (error) {
    if (error instanceof Error) return error
    throw new Error(`rejected with no Error: ${String(error)}`, { cause: error })
  }
  throw new Error('it was to be refused, and was not')
}
