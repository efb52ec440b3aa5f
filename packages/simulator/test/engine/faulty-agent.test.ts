import { expect, it } from 'vitest'
import { executeRun, type NodeAgent } from '@choirmaster/core'
import { LAMP, simulate, violations } from './simulate.js'

const fault = (): never => {
  throw new TypeError('cannot read properties of undefined')
}

/** A question or an enable that such an agent never sent is missed by who reads the fleet's log only. */
const MISSED = /, and nobody tried to$|^was disabled before \w+ had been tried$/

/** From its so-manieth call on a member throws, at once or in the middle of its answers. */
const failing = (agent: NodeAgent, member: keyof NodeAgent, after: number): NodeAgent => {
  let calls = 0
  const own = agent[member] as (...about: unknown[]) => unknown
  return {
    ...agent,
    [member]: (...about: unknown[]) => (calls++ < after ? own(...about) : fault()),
  }
}

it.each([
  'status',
  'disable',
  'enable',
  'requestRun',
  'evidence',
  'permissions',
  'assess',
  'progress',
  'judge',
] as const)('an agent whose %s throws ends the run, and what is held is named', async (member) => {
  for (const after of [0, 1, 2, 5, 9]) {
    const simulated = await simulate({
      plan: LAMP,
      engine: (input) => executeRun({ ...input, agent: failing(input.agent, member, after) }),
    })
    expect(simulated.report.result, `after ${after}`).not.toBe('running')
    const broken = violations(simulated).filter(({ message }) => !MISSED.test(message))
    expect(broken, `after ${after}`).toEqual([])
  }
})

it('an agent that answers for nodes that nobody asked for, or twice, is heard once', async () => {
  const chatty = (agent: NodeAgent): NodeAgent => ({
    ...agent,
    async *status(nodes, call) {
      for await (const outcome of agent.status(nodes, call)) {
        yield { ...outcome, node: 'stranger.example.net' }
        yield outcome
        yield outcome
      }
    },
  })
  const simulated = await simulate({
    plan: LAMP,
    engine: (input) => executeRun({ ...input, agent: chatty(input.agent) }),
  })
  expect(simulated.report).toMatchObject({ result: 'succeeded', exit: 0 })
  expect(violations(simulated)).toEqual([])
})
