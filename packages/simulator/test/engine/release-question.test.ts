import { releaseRun, type NodeAgent, type ReleaseReport } from '@choirmaster/core'
import { runPlan } from '@choirmaster/core/testing'
import { expect, it } from 'vitest'
import type { FaultEntry } from '../../src/index.js'
import { entries, lockOf, RUN, simulate, type Simulated } from './simulate.js'

/** How long the question whether to enable is on the screen. */
const READS_MS = 600_000
const never = new AbortController().signal

/** A run that leaves both its nodes disabled. */
async function held(b: readonly FaultEntry[] = []): Promise<Simulated> {
  const simulated = await simulate({
    plan: runPlan([['a', 'b']], [], { 'App[x]': ['a', 'b'] }),
    scenario: {
      defaults: { run: 5, changes: 1 },
      nodes: { a: [{ fault: 'failed-resources', times: 1 }], b },
    },
    options: { keepDisabled: 'all', width: 1 },
  })
  for (const name of ['a', 'b']) expect(lockOf(simulated, name)).toContain(RUN)
  return simulated
}

interface Release {
  readonly agent?: NodeAgent
  readonly soft?: AbortSignal
  confirm?(): void
}

const release = (
  { clock, plan, ...simulated }: Simulated,
  { agent = simulated.agent, soft = never, confirm }: Release,
): Promise<ReleaseReport> =>
  releaseRun({
    ...{ agent, clock, nodes: plan.nodes, run: RUN, soft, hard: never },
    async confirm() {
      confirm?.()
      return true
    },
  })

it('a node that somebody disables while the operator reads the question is not enabled (S4)', async () => {
  const simulated = await held([
    { fault: 'enabled', at: 500 },
    { fault: 'disabled', at: 501, message: 'kernel upgrade; ask Ada' },
  ])
  const { clock, fleet } = simulated
  const confirm = (): void => fleet.settle(clock.now() + READS_MS)
  const released = await release(simulated, { confirm })
  expect(released.nodes).toMatchObject({ a: { result: 'enabled' }, b: { result: 'foreign' } })
  expect(lockOf(simulated, 'b')).toBe('kernel upgrade; ask Ada')
})

it('nothing is sent after a soft interrupt while the nodes are read again (L5)', async () => {
  const simulated = await held()
  const { agent, log } = simulated
  const before = log.length
  const soft = new AbortController()
  let asked = 0
  const interrupted: NodeAgent = {
    ...agent,
    status(nodes, call) {
      if (++asked === 2) soft.abort('SIGINT')
      return agent.status(nodes, call)
    },
  }
  const released = await release(simulated, { agent: interrupted, soft: soft.signal })
  const result = 'not enabled'
  expect(released.nodes).toMatchObject({ a: { result }, b: { result } })
  expect(released.left).toEqual(['a', 'b'])
  const sent = entries(log.slice(before), 'request').map(({ action }) => action)
  expect(new Set(sent)).toEqual(new Set(['status']))
})

it('a node of which one reply is lost when it is read again is asked once more (L6)', async () => {
  const simulated = await held()
  const { agent } = simulated
  let asked = 0
  const lossy: NodeAgent = {
    ...agent,
    async *status(nodes, call) {
      const isLossy = ++asked === 2
      for await (const outcome of agent.status(nodes, call)) {
        if (!isLossy || outcome.node !== 'a') yield outcome
      }
    },
  }
  const released = await release(simulated, { agent: lossy })
  expect(released.left).toEqual([])
  for (const name of ['a', 'b']) expect(lockOf(simulated, name)).toBeUndefined()
})
