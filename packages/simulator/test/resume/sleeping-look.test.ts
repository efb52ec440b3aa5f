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

/** When it is stopped; the last: with a question to the store under way, which is answered as it was then. */
type When = 'before the statuses arrive' | 'before it sends' | 'and believes the store'

/** The real engine, stopped while it looks; its run is adopted meanwhile. */
function stoppedInTheLook(asks: (what: string) => void, when: When) {
  return (input: RunInput): Promise<RunReport> => {
    const lost = new AbortController()
    let taken = false
    let answered = when !== 'and believes the store'
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
    const sleep = async (): Promise<void> => {
      if (!taken) await clock.sleepUntil(clock.now() + SLEPT_MS, new AbortController().signal)
      taken = true
    }
    const drowsy: NodeAgent = {
      ...agent,
      async *status(...args) {
        if (when === 'before it sends') await sleep()
        for await (const outcome of agent.status(...args)) {
          await sleep()
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
  it.each<When>(['before the statuses arrive', 'before it sends', 'and believes the store'])(
    'asks nothing more when it wakes up: %s',
    async (when) => {
      const asked: string[] = []
      const engine = stoppedInTheLook((what) => void asked.push(what), when)
      const { report, log } = await simulate({ plan: LAMP, engine })
      expect(asked).toEqual([])
      const heard = log.filter((entry) => entry.what === 'request')
      expect(heard).toHaveLength(when === 'before it sends' ? 0 : LAMP.nodes.length)
      expect(report).toMatchObject({ exit: 3, left_disabled: {} })
      expect(report.reason).toContain('was taken over')
    },
  )
})
