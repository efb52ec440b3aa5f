import { beforeEach, expect, it } from 'vitest'
import type { Network } from '../lib/network.mjs'
import { LAMP, shell } from './support/choirmaster.js'
import { countRuns, locksOf, runsOf } from './support/estate.js'
import { DEV1, DEV2, DEV3, DEV4, NODES } from './support/network.js'
import { site } from './support/site.js'

/** One application that needs two nodes, and two that need one each. */
const SHOPS = site({ 'Shop[eu]': [DEV1, DEV2], 'Shop[us]': [DEV3], 'Shop[jp]': [DEV4] })

/** What holds of whole runs whatever the protocol. */
export function testRuns(network: () => Network): void {
  beforeEach(() => network().reset())

  it('runs the LAMP site in order, by the record of the nodes themselves', async () => {
    const report = await (await shell(network())).run(LAMP)
    expect(report).toMatchObject({ exit: 0, result: 'succeeded', counts: { changed: 4 } })
    expect(report.caller).toBe(network().client().caller)
    expect(await locksOf(network())).toEqual(all(null))

    const runs = await runsOf(network())
    expect(NODES.map((node) => runs[node]?.length)).toEqual([1, 1, 1, 1])
    const databases = runs[DEV1]?.[0]?.end ?? Infinity
    for (const web of [DEV2, DEV3, DEV4]) {
      expect(runs[web]?.[0]?.start).toBeGreaterThan(databases)
    }
  })

  it('keeps disabled what a failure makes inconsistent, and frees it by one command', async () => {
    const { run, enable } = await shell(network())
    await network().node(DEV1).script({ outcome: 'failed', apply: 4 })
    const report = await run(SHOPS)
    expect(report).toMatchObject({
      exit: 7,
      result: 'failed',
      nodes: {
        [DEV1]: { result: 'failed', code: 'puppet-resources-failed', lock: 'ours', attempts: 1 },
        [DEV2]: { result: 'skipped', because: DEV1, lock: 'ours', attempts: 0 },
        [DEV3]: { result: 'changed', lock: 'released' },
        [DEV4]: { result: 'changed', lock: 'released' },
      },
    })
    const held = { [DEV1]: report.lock_text, [DEV2]: report.lock_text, [DEV3]: null, [DEV4]: null }
    expect(await locksOf(network())).toEqual(held)
    expect(Object.keys(report.left_disabled).sort()).toEqual([DEV1, DEV2])
    expect(await countRuns(network())).toEqual({ [DEV1]: 1, [DEV2]: 0, [DEV3]: 1, [DEV4]: 1 })

    expect(await enable(report.run)).toMatchObject({ exit: 0 })
    expect(await locksOf(network())).toEqual(all(null))
  })

  it.each([
    ['failed', DEV1, 'failed', 'puppet-resources-failed', [1, 0, 0, 0]],
    ['cached', DEV2, 'failed', 'puppet-stale-catalog', [1, 1, 1, 1]],
    ['nocatalog', DEV1, 'failed', 'puppet-no-catalog', [1, 0, 0, 0]],
    ['killed', DEV3, 'failed', 'run-died', [1, 1, 1, 1]],
  ] as const)(
    'says so when a run ends as %s, and leaves the LAMP site disabled',
    async (outcome, node, result, code, runs) => {
      const { run, enable } = await shell(network())
      await network().node(node).script({ outcome })
      const report = await run(LAMP)
      expect(report).toMatchObject({
        exit: 7,
        result: 'failed',
        nodes: { [node]: { result, code } },
      })
      // Each node has a part of both applications.
      expect(await locksOf(network())).toEqual(all(report.lock_text))
      expect(Object.keys(report.left_disabled).sort()).toEqual(NODES)
      expect(Object.values(await countRuns(network()))).toEqual(runs)
      expect(await enable(report.run)).toMatchObject({ exit: 0 })
      expect(await locksOf(network())).toEqual(all(null))
    },
  )

  it("refuses while an operator's lock is on a node, and touches nothing", async () => {
    const lock = 'kernel upgrade; ask Ada > 17:00'
    await network().node(DEV3).disable(lock)
    const report = await (await shell(network())).run(LAMP)
    expect(report).toMatchObject({ exit: 3, result: 'refused', left_disabled: {} })
    expect(await locksOf(network())).toEqual({ ...all(null), [DEV3]: lock })
    expect(Object.values(await countRuns(network()))).toEqual([0, 0, 0, 0])
  })

  it("leaves an operator's lock that came during the run where it is", async () => {
    const lock = 'do not touch, Ada'
    const { run, enable } = await shell(network())
    await network().node(DEV2).script({ lock, apply: 2 })
    const report = await run(LAMP)
    expect(report.nodes[DEV2]).toMatchObject({ lock: 'foreign' })
    expect((await locksOf(network()))[DEV2]).toBe(lock)
    await enable(report.run)
    expect(await locksOf(network())).toEqual({ ...all(null), [DEV2]: lock })
  })
}

function all(lock: string | null): Record<string, string | null> {
  return Object.fromEntries(NODES.map((node) => [node, lock]))
}
