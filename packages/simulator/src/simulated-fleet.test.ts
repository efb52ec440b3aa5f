import { describe, expect, it } from 'vitest'
import { lab, NODE, START } from '../test/harness.js'
import { virtualClock } from './clock/virtual-clock.js'
import type { FleetLogEntry } from './fleet/fleet-log.js'
import type { Scenario } from './scenario/scenario.js'
import { simulatedFleet } from './simulated-fleet.js'

const NODES = Array.from({ length: 50 }, (_, index) => `web${index}.example.net`)

const MIXED: Scenario = {
  nodes: {
    'web1*': [
      { fault: 'failed-resources', chance: 0.5 },
      { fault: 'slow', seconds: 8, chance: 0.3, times: 2 },
    ],
    '*': [
      { fault: 'silent', chance: 0.2, after_calls: 2, times: 1 },
      { fault: 'foreign-run', on: 'ended', chance: 0.3 },
    ],
  },
}

/** A little day of a fleet, many things at once. */
async function day(seed: number, nodes = NODES): Promise<readonly FleetLogEntry[]> {
  const clock = virtualClock(START)
  const fleet = simulatedFleet({ clock, scenario: MIXED, seed })
  const { signal } = new AbortController()
  const ask = async (action: string, names: readonly string[]): Promise<void> => {
    const request = { agent: 'puppet', action, data: {}, nodes: names, timeoutMs: 20_000 }
    for await (const { node } of fleet.transport.request(
      { ...request, changes: true },
      { signal },
    )) {
      expect(names).toContain(node)
    }
  }
  await ask('status', nodes)
  await Promise.all([
    ask('disable', nodes.slice(0, 20)),
    ask('runonce', nodes.slice(20)),
    clock.sleepUntil(START + 60_000, signal),
  ])
  await Promise.all(nodes.map((node) => ask('status', [node])))
  fleet.settle(START + 600_000)
  return fleet.log
}

describe('a seed', () => {
  it('gives the same log, byte for byte', async () => {
    expect(JSON.stringify(await day(7))).toBe(JSON.stringify(await day(7)))
  })

  it('another gives another', async () => {
    expect(JSON.stringify(await day(7))).not.toBe(JSON.stringify(await day(8)))
  })

  it('gives a node its fate whatever other nodes there are, in whatever order', async () => {
    const of = (log: readonly FleetLogEntry[], name: string): readonly FleetLogEntry[] =>
      log.filter((entry) => 'node' in entry && entry.node === name)
    const all = await day(7)
    const few = await day(7, NODES.slice(0, 25).toReversed().concat(NODES.slice(25)))
    expect(of(few, 'web12.example.net')).toEqual(of(all, 'web12.example.net'))
  })

  it('spreads faults by chance over about so many nodes', async () => {
    const born = (await day(7)).filter(({ what }) => what === 'node')
    const faulty = born.filter((entry) => 'faults' in entry && entry.faults.includes('foreign-run'))
    expect(faulty.length).toBeGreaterThan(5)
    expect(faulty.length).toBeLessThan(27)
  })
})

describe('the log', () => {
  it('is in the order of time and tells requests before their effects', async () => {
    const log = await day(3)
    expect(log[0]).toEqual({ at: START, what: 'fleet', schema: 'choirmaster.fleet-log/1', seed: 3 })
    for (const [index, entry] of log.entries()) {
      expect(entry.at).toBeGreaterThanOrEqual(log[index - 1]?.at ?? 0)
    }
    const disabled = log.findIndex(({ what }) => what === 'disabled')
    expect(log[disabled - 1]).toMatchObject({ what: 'request', action: 'disable' })
    expect(log[disabled + 1]).toMatchObject({ what: 'answer', action: 'disable' })
  })

  it('says what each run really came to', async () => {
    const { ask, wait, fleet } = lab()
    await ask('runonce', { force: true })
    await wait(30)
    const run = fleet.log.filter((entry) => 'run' in entry)
    expect(run.map(({ what }) => what)).toEqual(['spawned', 'started', 'summary', 'ended'])
    expect(run[0]).toMatchObject({ run: 1, by: 'choria=simulator.mcollective', attempt: 1 })
    expect(run[3]).toMatchObject({ ending: 'changed', good: true })
  })
})

describe('requests', () => {
  it('are answered by each node exactly once, in the order of arrival', async () => {
    const { all, clock } = lab()
    const answers = await all('status', {}, { nodes: [...NODES, ...NODES] })
    expect(answers.map(({ node }) => node).toSorted()).toEqual([...NODES].toSorted())
    expect(clock.now()).toBeGreaterThan(START + 1100)
    expect(clock.now()).toBeLessThan(START + 1400)
  })

  it('are given up when the caller says so, though what was sent still acts', async () => {
    const clock = virtualClock(START)
    const fleet = simulatedFleet({ clock })
    const abort = new AbortController()
    const request = {
      agent: 'puppet',
      action: 'disable',
      data: { message: 'ours' },
      nodes: [NODE],
      timeoutMs: 30_000,
      changes: true,
    }
    const iterator = fleet.transport.request(request, { signal: abort.signal })
    const first = iterator[Symbol.asyncIterator]().next()
    await Promise.resolve()
    abort.abort(new Error('enough'))
    await expect(first).rejects.toThrow('enough')
    await clock.sleepUntil(START + 5000, new AbortController().signal)
    expect(fleet.node(NODE)?.state.lock).toEqual({ message: 'ours' })
  })

  it('find nodes of a listed fleet only', async () => {
    const { all, fleet } = lab([], { fleet: [NODE, 'idle.example.net'] })
    const answers = await all('status', {}, { nodes: ['web1.example.net', NODE] })
    expect(answers.map(({ node, kind }) => [node, kind])).toEqual([
      ['web1.example.net', 'silence'],
      [NODE, 'reply'],
    ])
    const names = []
    const { signal } = new AbortController()
    for await (const name of fleet.transport.discover?.('puppet', { signal }) ?? [])
      names.push(name)
    expect(names).toEqual([NODE, 'idle.example.net'])
  })

  it('cost little: 2000 nodes, 10 calls each', async () => {
    const { all } = lab()
    const nodes = Array.from({ length: 2000 }, (_, index) => `n${index}.example.net`)
    const before = performance.now()
    for (let round = 0; round < 10; round += 1) await all('status', {}, { nodes })
    // 0.01 ms a call was measured; the bound leaves room for a busy machine.
    expect((performance.now() - before) / 20_000).toBeLessThan(0.5)
  })
})

describe('a saved fleet', () => {
  it('goes on where it was: locks, runs in flight, requests that act late', async () => {
    const scenario: Scenario = {
      nodes: {
        late: [{ fault: 'late-effect', actions: ['disable'], times: 1 }],
        cron: [{ fault: 'foreign-run', at: 300, seconds: 10 }],
        held: [{ fault: 'disabled', message: 'theirs' }],
      },
    }
    const clock = virtualClock(START)
    const { signal } = new AbortController()
    const first = simulatedFleet({ clock, scenario })
    const ask = async (
      { transport }: typeof first,
      action: string,
      nodes: readonly string[],
    ): Promise<Readonly<Record<string, unknown>>> => {
      const data: Record<string, unknown> = {}
      const given = action === 'runonce' ? { force: true } : {}
      const request = {
        agent: 'puppet',
        action,
        data: given,
        nodes,
        timeoutMs: 5000,
        changes: true,
      }
      for await (const answer of transport.request(request, { signal })) {
        data[answer.node] = answer.kind === 'reply' ? answer.data : answer.why
      }
      return data
    }
    await ask(first, 'runonce', ['run'])
    await ask(first, 'disable', ['late', 'cron', 'held'])
    await ask(first, 'enable', ['held'])
    await clock.sleepUntil(clock.now() + 5000, signal)
    const saved = JSON.parse(JSON.stringify(first.save())) as ReturnType<typeof first.save>
    expect(first.node('run')?.state.holder).not.toBeNull()

    const later = virtualClock(START + 100_000)
    const second = simulatedFleet({ clock: later, scenario, saved })
    const states = await ask(second, 'status', ['run', 'late', 'cron', 'held'])
    expect(states).toMatchObject({
      run: { applying: false, enabled: true },
      late: { enabled: false },
      cron: { enabled: false },
      held: { enabled: true },
    })
    second.settle(START + 400_000)
    const log = second.log.map((entry) => ('node' in entry ? `${entry.node} ${entry.what}` : ''))
    expect(log).toContain('run ended')
    expect(log).toContain('late disabled')
    expect(log).toContain('cron vanished')
  })
})
