import { createPuppetAgent } from '@choirmaster/agent-puppet'
import { memoryStore } from '@choirmaster/core/testing'
import { agentKit, storeKit, transportKit } from '@choirmaster/testkit'
import { describe, test } from 'vitest'
import { simulatedFleet, virtualClock } from '../src/index.js'

const scenario = { nodes: { 'silent*': [{ fault: 'silent' }] } }

describe('the simulated fleet keeps the contract of transports', () => {
  transportKit(test, async () => {
    const { transport } = simulatedFleet({ clock: virtualClock(0), scenario })
    return {
      transport,
      answering: ['a.example.net', 'b.example.net'],
      absent: 'silent.example.net',
    }
  })
})

describe('the puppet agent on it keeps the contract of agents', () => {
  agentKit(test, async () => {
    const clock = virtualClock(Date.UTC(2026, 0, 2))
    const { transport } = simulatedFleet({ clock, scenario })
    return {
      agent: createPuppetAgent(transport),
      node: 'a.example.net',
      silent: 'silent.example.net',
      pass: (ms) => clock.sleepUntil(clock.now() + ms, new AbortController().signal),
    }
  })
})

describe('the store in memory keeps the contract of stores', () => {
  storeKit(test, async () => {
    const store = memoryStore()
    return { store, orphan: async (run) => store.orphan(run) }
  })
})
