import {
  executeRun,
  type Lease,
  type NodeAgent,
  type RunInput,
  type RunReport,
} from '@choirmaster/core'
import { describe, expect, it } from 'vitest'
import { LAMP, simulate } from '../engine/simulate.js'

/** Longer than a lease lasts. */
const SLEPT_MS = 31_000

/**
 * The real engine, stopped while it looks, before the statuses that it asked for arrive; its run is adopted meanwhile.
 * @param late it was stopped once more a while later, with a question to the store under way that is answered as it was
 */
function stoppedInTheLook(asks: (what: string) => void, late: boolean) {
  return (input: RunInput): Promise<RunReport> => {
    const lost = new AbortController()
    let taken = false
    let answered = !late
    const check = async (): Promise<void> => {
      if (!taken) return
      if (!answered) {
        answered = true
        return clock.sleepUntil(clock.now() + SLEPT_MS, new AbortController().signal)
      }
      const reason = new Error('the run was taken over by somebody')
      lost.abort(reason)
      throw reason
    }
    const { agent, store } = input
    // Time does not wait for who is stopped.
    const clock = { ...input.clock, hold: <T>(work: Promise<T>): Promise<T> => work }
    const drowsy: NodeAgent = {
      ...agent,
      async *status(...args) {
        for await (const outcome of agent.status(...args)) {
          if (!taken) await clock.sleepUntil(clock.now() + SLEPT_MS, new AbortController().signal)
          taken = true
          yield outcome
        }
      },
      async *evidence(...args) {
        asks('evidence')
        yield* agent.evidence(...args)
      },
      async *permissions(...args) {
        asks('permissions')
        if (agent.permissions) yield* agent.permissions(...args)
      },
    }
    const leased = (real: Lease): Lease => ({ ...real, lost: lost.signal, check })
    return executeRun({
      ...input,
      clock,
      agent: drowsy,
      store: { ...store, lock: async (...args) => leased(await store.lock(...args)) },
    })
  }
}

describe('a process that is stopped while it looks and taken over meanwhile (S17)', () => {
  it.each([
    ['asks nothing more when it wakes up', false],
    ['does not believe an answer of the store from before', true],
  ])('%s', async (_, late) => {
    const asked: string[] = []
    const { report } = await simulate({
      plan: LAMP,
      engine: stoppedInTheLook((what) => void asked.push(what), late),
    })
    expect(asked).toEqual([])
    expect(report).toMatchObject({ exit: 3, left_disabled: {} })
    expect(report.reason).toContain('was taken over')
  })
})
