import { describe, expect, test } from 'vitest'
import { type Answer, type Json, must } from '@choirmaster/core/provide'
import { createPuppetAgent } from '../src/index.js'
import { call, collect, fakeTransport } from './support/fake-transport.js'
import { ENDED, attempt, evidenceOf, statusAt, summary } from './support/builders.js'

/** mulberry32: small, seeded, good enough to break things. */
function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

const seed = Number(process.env['SEED'] ?? 20261122)
const ODD: Json[] = [
  null,
  true,
  -1,
  0,
  1,
  0.5,
  1e308,
  2 ** 53,
  2 ** 53 - 1,
  '',
  'Unknown',
  '__proto__',
  'x'.repeat(10_000),
  '\u001b[31m\u202e',
  [],
  {},
  [[[]]],
  [null, 'x', {}],
  { logs: { level: 1 } },
]

describe(`garbage, SEED=${seed}`, () => {
  const next = random(seed)
  const pick = <T>(from: readonly T[]): T => from[Math.floor(next() * from.length)] as T

  /** The same with a few values, anywhere, replaced. */
  function spoil(value: Json, odds: number): Json {
    if (next() < odds) return pick(ODD)
    if (Array.isArray(value)) return value.map((item) => spoil(item, odds))
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, spoil(v, odds)]))
  }

  const good: Json = {
    ...summary(),
    enabled: false,
    applying: false,
    daemon_present: false,
    idling: false,
    disable_message: 'm',
    initiated_at: 5,
    status: 'Succesfully locked the Puppet agent: m',
  }

  test('every outcome is a value or a coded problem of bounded size, and is judged without a throw', async () => {
    const transport = fakeTransport((node): Answer => {
      const data = next() < 0.1 ? pick(ODD) : spoil(good, 0.03)
      const code = next() < 0.7 ? 0 : pick([1, 2, 3, 4, 5, -1, 0.5, 99])
      const text =
        next() < 0.5 ? 'OK' : pick(['x'.repeat(1e5), 'JSON', '', 5 as never, null as never])
      return { node, kind: 'reply', code, text, data }
    })
    const agent = createPuppetAgent(transport)
    const nodes = Array.from({ length: 300 }, (_, i) => `n${i}`)
    const options = { noop: false }
    const [statuses, evidence, permissions] = await Promise.all([
      collect(agent.status(nodes, call)),
      collect(agent.evidence(nodes, call)),
      collect(must(agent.permissions, 'permissions')(nodes, call)),
    ])
    const changes = [
      ...(await collect(agent.disable(nodes, 'm', call))),
      ...(await collect(agent.enable(nodes, 'm', call))),
      ...(await collect(agent.requestRun(nodes, options, call))),
    ]
    for (const outcomes of [statuses, evidence, permissions]) expect(outcomes).toHaveLength(300)
    expect(changes).toHaveLength(900)
    for (const outcome of [...statuses, ...evidence, ...permissions, ...changes]) {
      expect(JSON.stringify(outcome).length).toBeLessThan(4_000)
      if (!outcome.ok) expect(outcome.problem.code).toMatch(/^node-/)
    }
    statuses.forEach((answer, i) => {
      const latest = answer.ok ? answer.value : statusAt(5)
      const found = evidence.find(({ node }) => node === nodes[i])
      if (found === undefined) throw new Error('a node is missing')
      const facts = found.ok ? [found.value] : []
      const verdict = agent.judge(attempt(), latest, facts)
      expect(verdict.warnings.length).toBeLessThan(12)
      expect(agent.progress(attempt(), latest, 5)).toBeTypeOf('string')
      agent.assess({ status: latest, evidence: found }, options, 'production')
    })
  })

  test('facts from a spoiled journal are judged or refused without a throw', async () => {
    const agent = createPuppetAgent(fakeTransport(() => undefined))
    const { witness, facts } = await evidenceOf(summary())
    const settled = statusAt(ENDED, { now: ENDED + 9 })
    const codes = new Set<string>()
    for (let i = 0; i < 500; i++) {
      const verdict = agent.judge(attempt(), settled, [{ witness, facts: spoil(facts, 0.03) }])
      codes.add(verdict.code)
    }
    expect(agent.judge(attempt(), settled, [{ witness, facts }]).code).toBe('puppet-changed')
    expect([...codes]).toContain('puppet-no-evidence')
  })
})

test('a log of 100,000 equal error lines leaves one finding and one warning', async () => {
  const line = { level: 'err', source: 'Facter', msg: 'x', time: 1_700_000_320, time_utc: 1 }
  const applied = { ...line, level: 'notice', source: 'Puppet', msg: 'Applied catalog in 1 s' }
  const logs = [...Array.from({ length: 100_000 }, () => line), applied]
  const agent = createPuppetAgent(
    fakeTransport((node) => ({
      node,
      kind: 'reply',
      code: 0,
      text: 'OK',
      data: summary({ logs }),
    })),
  )
  const [outcome] = await collect(agent.evidence(['n'], call))
  if (outcome?.ok !== true) throw new Error('no evidence')
  expect(JSON.stringify(outcome).length).toBeLessThan(1_000)
  const verdict = agent.judge(attempt(), statusAt(1_700_000_330), [outcome.value])
  expect(verdict).toMatchObject({
    result: 'changed',
    warnings: ['100000 error lines in the log from Facter'],
  })
})

test('a clock or a last run that no date can be is no answer', async () => {
  const far = 2 ** 53 - 1
  const times: readonly (readonly [lastrun: number, since: number])[] = [
    [far, 0],
    [0, far],
    [5, 5],
  ]
  const agent = createPuppetAgent(
    fakeTransport((node): Answer => {
      const [lastrun, since_lastrun] = must(times[Number(node)], 'times')
      const data: Json = { enabled: true, applying: false, lastrun, since_lastrun }
      return { node, kind: 'reply', code: 0, text: 'OK', data }
    }),
  )
  const outcomes = await collect(agent.status(['0', '1', '2'], call))
  expect(outcomes.map(({ ok }) => ok)).toEqual([false, false, true])
})
