import { describe, expect, it } from 'vitest'
import type { RunReport } from '@choirmaster/core'
import { memoryStore, seededRandom } from '@choirmaster/core/testing'
import { checkExclusion } from '../../src/checker/exclusion.js'
import { everyLockIsOurs } from '../broken-engines/broken-agents.js'
import { LAMP } from './simulate.js'
import { runTwo, type TwoEnded } from './two-runs.js'

/** From both at once until the first is over. */
const GAPS = Array.from({ length: 40 }, (_, i) => i * 3.5)

/** ROUNDS=1000 for all of them. */
const ROUNDS = Number(process.env['ROUNDS'] ?? 40)

const isReport = (value: RunReport | Error): value is RunReport => !(value instanceof Error)
const exclusion = ({ log, reports }: TwoEnded): unknown[] =>
  checkExclusion(log, reports.filter(isReport))

/** By whom each node is disabled in the end. */
function holders({ log }: TwoEnded): Map<string, string> {
  const held = new Map<string, string>()
  for (const entry of log) {
    if (entry.what === 'disabled') held.set(entry.node, entry.by)
    if (entry.what === 'enabled') held.delete(entry.node)
  }
  return held
}

describe('two runs on the same nodes (S9)', () => {
  it('that share a store: the second does not begin, and touches nothing', async () => {
    const store = memoryStore()
    const ended = await runTwo({ plan: LAMP, stores: [store, store], gap: 30 })
    expect(ended.reports[0]).toMatchObject({ result: 'succeeded', exit: 0 })
    expect(ended.reports[1]).toBeInstanceOf(Error)
    expect(exclusion(ended)).toEqual([])
    expect(ended.log.filter((entry) => 'by' in entry && entry.by.includes('second'))).toEqual([])
  })

  it('without a shared store: the lock text tells, whenever the second begins; what is held is named', async () => {
    const ends = new Set<string>()
    for (const gap of GAPS) {
      const ended = await runTwo({ plan: LAMP, stores: [memoryStore(), memoryStore()], gap })
      expect(exclusion(ended), `gap ${gap}`).toEqual([])
      const reports = ended.reports.filter(isReport)
      for (const [node, by] of holders(ended)) {
        const holder = reports.find(({ caller }) => caller === by)
        expect(Object.keys(holder?.left_disabled ?? {}), `gap ${gap}`).toContain(node)
      }
      ends.add(reports.map(({ result }) => result).join(' and '))
    }
    expect([...ends]).toContain('succeeded and refused')
    expect([...ends]).toContain('succeeded and succeeded')
  })

  it(`that start in the same second, ${ROUNDS} times, share a store: exactly one runs, and the other names it`, async () => {
    for (let round = 1; round <= ROUNDS; round++) {
      const store = memoryStore()
      const gap = seededRandom(round).next()
      const ended = await runTwo({ plan: LAMP, stores: [store, store], gap, seed: round })
      const refused = ended.reports.filter((report) => report instanceof Error)
      expect(refused, `round ${round}`).toHaveLength(1)
      expect(refused[0]?.message, `round ${round}`).toContain('choria=first.mcollective')
      expect(ended.reports.filter(isReport), `round ${round}`).toMatchObject([
        { result: 'succeeded' },
      ])
      expect(exclusion(ended), `round ${round}`).toEqual([])
    }
  }, 3_600_000)

  it(`that start in the same second, ${ROUNDS} times, without a shared store: never both on a node, and who is kept out says so`, async () => {
    const ends = new Map<string, number>()
    for (let round = 1; round <= ROUNDS; round++) {
      const gap = seededRandom(round).next()
      const stores = [memoryStore(), memoryStore()] as const
      const ended = await runTwo({ plan: LAMP, stores, gap, seed: round })
      expect(exclusion(ended), `round ${round}`).toEqual([])
      const reports = ended.reports.filter(isReport)
      // Two that succeed did so one after the other: no node was both's at once.
      const end = reports.map(({ result }) => result).join(' and ')
      ends.set(end, (ends.get(end) ?? 0) + 1)
      for (const [node, by] of holders(ended)) {
        const holder = reports.find(({ caller }) => caller === by)
        expect(Object.keys(holder?.left_disabled ?? {}), `round ${round}`).toContain(node)
      }
      const kept = reports.filter(({ result }) => result !== 'succeeded')
      for (const report of kept) {
        const told = JSON.stringify(report.nodes)
        expect(told, `round ${round}`).toMatch(/disabled by (somebody else|run )/)
      }
    }
    expect([...ends.keys()].join()).not.toContain('succeeded and succeeded')
  }, 3_600_000)

  it('the check finds runs that take every lock for theirs', async () => {
    const found: unknown[] = []
    for (const gap of GAPS) {
      const stores = [memoryStore(), memoryStore()] as const
      found.push(...exclusion(await runTwo({ plan: LAMP, stores, gap, agent: everyLockIsOurs })))
    }
    expect(found).not.toEqual([])
  })
})
