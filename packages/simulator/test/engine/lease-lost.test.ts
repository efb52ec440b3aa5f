import {
  executeRun,
  type Call,
  type Moment,
  type NodeAgent,
  type RunInput,
} from '@choirmaster/core'
import { leaseLost } from '@choirmaster/core/provide'
import { runPlan } from '@choirmaster/core/testing'
import { expect, it } from 'vitest'
import { simulate } from './simulate.js'

const PLAN = runPlan([['a']], [], { 'A[a]': ['a'] })
/** Between two moments at which the run is taken over: a node answers in four to six of them. */
const STEP_MS = 250

interface Left {
  /** Changes that left before the run was taken over. */
  before: number
  after: number
}

/** From a moment on the run is another's, by a store that says so to whoever asks, and to nobody else. */
function takenOver(at: Moment, left: Left) {
  return (input: RunInput) => {
    const { agent, clock, store } = input
    const lost = new AbortController()
    const watched = ({ beforeSend, ...call }: Call): Call => ({
      ...call,
      async beforeSend() {
        await beforeSend?.()
        if (clock.now() < at) left.before++
        else left.after++
      },
    })
    const ours: NodeAgent = {
      ...agent,
      enable: (nodes, message, call) => agent.enable(nodes, message, watched(call)),
      disable: (nodes, message, call) => agent.disable(nodes, message, watched(call)),
      requestRun: (nodes, options, call) => agent.requestRun(nodes, options, watched(call)),
    }
    return executeRun({
      ...input,
      agent: ours,
      store: {
        ...store,
        lock: async (...args) => ({
          ...(await store.lock(...args)),
          lost: lost.signal,
          async check() {
            if (clock.now() >= at) lost.abort(leaseLost(input.run))
            lost.signal.throwIfAborted()
          },
        }),
      },
    })
  }
}

it('nothing leaves once the run was taken over, also where only the last question tells so (S17)', async () => {
  const whole: Left = { before: 0, after: 0 }
  const scenario = { defaults: { run: 5, changes: 1 } }
  const all = { plan: PLAN, scenario, engine: takenOver(Infinity, whole) }
  const { clock, seconds } = await simulate(all)
  const began = clock.now() - seconds * 1000
  let stopped = 0
  for (let at = began; at < clock.now(); at += STEP_MS) {
    const left: Left = { before: 0, after: 0 }
    await simulate({ plan: PLAN, scenario, engine: takenOver(at, left) }).catch(() => undefined)
    expect.soft(left.after, `taken over after ${(at - began) / 1000} s`).toBe(0)
    if (left.before < whole.before) stopped++
  }
  expect(stopped).toBeGreaterThan(100)
})
