import { executeRun, type RunInput, type RunReport } from '@choirmaster/core'

/** Our engine, on a store that does so first each time it is asked whether the run is still ours. @param nth from 1 */
export function withLease(
  input: RunInput,
  whenAsked: (nth: number) => Promise<void>,
): Promise<RunReport> {
  let nth = 0
  return executeRun({
    ...input,
    store: {
      ...input.store,
      lock: async (...args) => {
        const lease = await input.store.lock(...args)
        return {
          ...lease,
          async check() {
            await whenAsked(++nth)
            await lease.check()
          },
        }
      },
    },
  })
}
