import { expect, it } from 'vitest'
import type { FaultEntry } from '../../src/index.js'
import { LAMP, simulate, violations, type Simulated } from './simulate.js'

/** The journal takes so many events and no more. */
async function losing(after: number, nodes: Record<string, FaultEntry[]>): Promise<Simulated> {
  let written = 0
  return simulate({
    plan: LAMP,
    scenario: { defaults: { run: 20, changes: 1 }, nodes },
    onEvents(events, { store }) {
      written += events.length
      if (written > after) store.fail('no space left on device')
    },
  })
}

it.each([
  ['all is well', {}],
  ['a node fails', { dev3: [{ fault: 'failed-resources' }] }],
  ['replies are lost', { '*': [{ fault: 'lost-reply', times: 2, after_calls: 4 }] }],
] as const)(
  'the journal is lost at each event, %s: nothing more is changed, what runs is watched, what is held is named',
  async (_, nodes) => {
    const whole = await losing(Infinity, nodes as never)
    const exits = new Set<number>()
    for (let after = 0; after <= whole.events.length; after++) {
      const simulated = await losing(after, nodes as never)
      expect(violations(simulated), `after ${after} events`).toEqual([])
      expect(simulated.report.result).not.toBe('running')
      exits.add(simulated.report.exit)
    }
    expect(exits).toContain(3)
    expect(exits).toContain(7)
  },
)

it('a run that was requested before the loss is judged', async () => {
  const simulated = await simulate({
    plan: LAMP,
    scenario: { defaults: { changes: 1 } },
    onEvents(events, { store }) {
      if (events.some((event) => event.type === 'answered' && event.nodes[0]?.startedAt))
        store.fail('no space left on device')
    },
  })
  expect(simulated.report.nodes['dev1']).toMatchObject({ result: 'changed', lock: 'released' })
  expect(simulated.report.nodes['dev2']).toMatchObject({ result: 'not reached', lock: 'ours' })
  expect(simulated.report).toMatchObject({ result: 'failed', exit: 7 })
  expect(violations(simulated)).toEqual([])
})
