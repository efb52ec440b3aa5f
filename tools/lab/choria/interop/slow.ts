import { expect, it } from 'vitest'
import type { Network } from '../lib/network.mjs'
import { shell } from './support/choirmaster.js'
import { countRuns, locksOf } from './support/estate.js'
import { DEV1, DEV2, DEV3, DEV4 } from './support/network.js'
import { site } from './support/site.js'

/** What takes minutes, since a change that nobody answered may still happen for 65 s. Side by side, on nodes of their own. */
export function testSlowEnds(network: () => Network): void {
  it.concurrent('requests a run that never starts once more, and then gives it up', async () => {
    const { run, enable } = await shell(network())
    await network().node(DEV1).script({ outcome: 'never' })
    const report = await run(site({ 'Shop[a]': [DEV1, DEV2] }))
    expect(report).toMatchObject({
      exit: 7,
      result: 'failed',
      nodes: {
        [DEV1]: { result: 'failed', code: 'run-never-started', lock: 'ours', attempts: 2 },
        [DEV2]: { result: 'skipped', because: DEV1, lock: 'ours', attempts: 0 },
      },
    })
    const { lock_text: ours } = report
    expect(await locksOf(network())).toMatchObject({ [DEV1]: ours, [DEV2]: ours })
    expect(await countRuns(network())).toMatchObject({ [DEV1]: 0, [DEV2]: 0 })
    expect(await enable(report.run)).toMatchObject({ exit: 0 })
    expect(await locksOf(network())).toMatchObject({ [DEV1]: null, [DEV2]: null })
  })

  it.concurrent('does not know how a run ended whose node fell silent, and says so', async () => {
    const { run, enable } = await shell(network())
    await network().node(DEV3).script({ outcome: 'silent' })
    const report = await run(site({ 'Shop[b]': [DEV3, DEV4] }))
    expect(report).toMatchObject({
      exit: 7,
      nodes: {
        [DEV3]: { result: 'unknown', lock: 'unknown', attempts: 1 },
        [DEV4]: { result: 'skipped', because: DEV3, lock: 'ours', attempts: 0 },
      },
    })
    expect(Object.keys(report.left_disabled).sort()).toEqual([DEV3, DEV4])
    expect(await countRuns(network())).toMatchObject({ [DEV3]: 1, [DEV4]: 0 })

    await network().node(DEV3).unmute()
    expect(await enable(report.run)).toMatchObject({ exit: 0 })
    expect(await locksOf(network())).toMatchObject({ [DEV3]: null, [DEV4]: null })
  })
}
