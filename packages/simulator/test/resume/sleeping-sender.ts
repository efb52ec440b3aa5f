import type { Clock, Journal, Milliseconds, RunInput } from '@choirmaster/core'

/** The process stands still for once, between the moment in which the intent of a run is durable and its request. */
export function sleepsBeforeItSends(input: RunInput, ms: Milliseconds): RunInput {
  let slept = false
  let fallsAsleep: () => void = () => undefined
  const asleep = new Promise<void>((resolve) => (fallsAsleep = resolve))
  const journal = (real: Journal): Journal => ({
    ...real,
    async append(events, at, call) {
      await real.append(events, at, call)
      if (slept || !events.some((event) => event.type === 'intent' && event.change === 'run'))
        return
      slept = true
      fallsAsleep()
      await input.clock.sleepUntil(input.clock.now() + ms, new AbortController().signal)
    },
  })
  const clock: Clock = {
    ...input.clock,
    // Time does not wait for who is stopped.
    hold: (work) => {
      const done = work.catch(() => undefined)
      void (slept ? input.clock.hold(done) : input.clock.hold(Promise.race([done, asleep])))
      return work
    },
  }
  const { store } = input
  return {
    ...input,
    clock,
    store: { ...store, create: async (...args) => journal(await store.create(...args)) },
  }
}
