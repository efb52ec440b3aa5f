import { describe, expect, test } from 'vitest'
import { type AgentHost, must } from '@choirmaster/core/provide'
import { createPuppetAgent, nodeProblems, puppetAgentProvider, verdictRules } from '../src/index.js'
import { call, collect, fakeTransport, good } from './support/fake-transport.js'

const transport = fakeTransport((node) => good(node, { initiated_at: 5 }))

describe('the provider', () => {
  test('opens over the transport of its host', async () => {
    const host = { transport: () => Promise.resolve(transport) } as unknown as AgentHost
    const agent = await puppetAgentProvider.open({}, host, call)
    expect(agent.caller).toBe('choria=ops.mcollective')
    // H: 2 x ttl of the transport and the agent's timeout of 20 s.
    expect(agent.openFor).toBe(80_000)
    expect(agent.discover).toBeUndefined()
    expect(agent.close).toBeUndefined()
  })

  test('a longer timeout on the nodes keeps changes open for longer', async () => {
    const own = fakeTransport((node) => good(node, {}))
    const agent = createPuppetAgent(own, { timeout: 60 })
    expect(agent.openFor).toBe(120_000)
    await collect(agent.enable(['n'], 'whoever', call))
    expect(own.requests[0]?.timeoutMs).toBe(62_000)
  })

  test('discovers where the transport can', async () => {
    const agent = createPuppetAgent({
      ...transport,
      async *discover(agentName) {
        yield `${agentName}.example`
      },
    })
    expect(await collect(must(agent.discover, 'discover')(call))).toEqual(['puppet.example'])
  })
})

test('codes are unique and of their area', () => {
  const verdicts = verdictRules.map(({ code }) => code)
  expect(new Set(verdicts).size).toBe(verdicts.length)
  for (const code of verdicts) expect(code).toMatch(/^puppet-[a-z-]+$/)
  for (const code of Object.keys(nodeProblems)) expect(code).toMatch(/^node-[a-z-]+$/)
})
