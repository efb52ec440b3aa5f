import { expect, it } from 'vitest'
import { executeRun, type NodeAgent, type RunInput } from '@choirmaster/core'
import { runPlan } from '@choirmaster/core/testing'
import { LAMP, simulate, violations } from './simulate.js'

/** Appends of a LAMP run, and some more. */
const APPENDS = 70
/** Longer than a deadline of any change, shorter than that of a run. */
const STANDSTILL_S = 400

it('a process that stood still acts on nothing that lay unread meanwhile, takes no clock for set, and succeeds', async () => {
  for (let append = 1; append <= APPENDS; append++) {
    const troubles = { suspended: { append, seconds: STANDSTILL_S } }
    const simulated = await simulate({ plan: LAMP, troubles })
    expect(violations(simulated), `after append ${append}`).toEqual([])
    expect(simulated.report.result, `after append ${append}`).toBe('succeeded')
  }
}, 60_000)

/** A change that was decided longer ago does not leave; what is heard is gathered before it is decided. */
const LATEST_MS = 20_000 + 1_000

it('a change that waited long for the journal does not leave: the node is read again (S4)', async () => {
  let withdrawn = 0
  for (let append = 1; append <= 30; append++) {
    const sinceRead: number[] = []
    const simulated = await simulate({
      plan: runPlan([['a', 'b']]),
      scenario: { defaults: { run: 5, changes: 1 } },
      troubles: { suspended: { append, seconds: 60 } },
      engine: (input) => executeRun({ ...input, agent: timed(input, sinceRead) }),
    })
    const told = `after append ${append}`
    expect(violations(simulated), told).toEqual([])
    expect(simulated.report.result, told).toBe('succeeded')
    expect(Math.max(...sinceRead), told).toBeLessThan(LATEST_MS)
    if (simulated.events.some(hasWithdrawn)) withdrawn++
  }
  expect(withdrawn).toBeGreaterThan(0)
})

/** @param sinceRead how long before each request to enable the node had been heard */
function timed({ agent, clock }: RunInput, sinceRead: number[]): NodeAgent {
  const heard = new Map<string, number>()
  return {
    ...agent,
    async *status(nodes, call) {
      for await (const outcome of agent.status(nodes, call)) {
        heard.set(outcome.node, clock.now())
        yield outcome
      }
    },
    enable(nodes, onlyIf, call) {
      for (const name of nodes) sinceRead.push(clock.now() - (heard.get(name) ?? 0))
      return agent.enable(nodes, onlyIf, call)
    },
  }
}

it('on a slow disk no run starts whose intent was still being written when a failure became known', async () => {
  const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']
  let stopped = 0
  for (let seed = 1; seed <= 20; seed++) {
    const simulated = await simulate({
      plan: runPlan([names]),
      seed,
      options: { width: 3 },
      scenario: {
        defaults: { run: { median: 20, sigma: 0.5 } },
        nodes: { a: [{ fault: 'compile-failure' }] },
      },
      troubles: { journalSlow: 3 },
    })
    expect(violations(simulated), `seed ${seed}`).toEqual([])
    if (simulated.events.some(hasWithdrawn)) stopped++
  }
  expect(stopped).toBeGreaterThan(0)
}, 60_000)

function hasWithdrawn(event: { readonly type: string; readonly nodes?: unknown }): boolean {
  return event.type === 'answered' && JSON.stringify(event.nodes).includes('"code":"run-stopped"')
}
