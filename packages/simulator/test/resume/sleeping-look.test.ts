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

/** The real engine, stopped while it looks, before the statuses that it asked for arrive; its run is adopted meanwhile. */
function stoppedInTheLook(asks: (what: string) => void) {
  return (input: RunInput): Promise<RunReport> => {
    const lost = new AbortController()
    let taken = false
    const check = (): Promise<void> => {
      if (!taken) return Promise.resolve()
      const reason = new Error('the run was taken over by somebody')
      lost.abort(reason)
      return Promise.reject(reason)
    }
    const { agent, clock, store } = input
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
      agent: drowsy,
      store: { ...store, lock: async (...args) => leased(await store.lock(...args)) },
    })
  }
}

describe('a process that is stopped while it looks and taken over meanwhile (S17)', () => {
  it('asks nothing more when it wakes up', async () => {
    const asked: string[] = []
    const { report } = await simulate({
      plan: LAMP,
      engine: stoppedInTheLook((what) => void asked.push(what)),
    })
    expect(asked).toEqual([])
    expect(report).toMatchObject({ exit: 3, left_disabled: {} })
    expect(report.reason).toContain('was taken over')
  })
})
