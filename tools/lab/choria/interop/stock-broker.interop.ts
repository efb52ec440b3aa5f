import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { testActions } from './actions.js'
import { LAMP, shell } from './support/choirmaster.js'
import { countRuns, locksOf } from './support/estate.js'
import { DEV1, useNetwork } from './support/network.js'

/** Long enough that a question finds nobody, and that servers have begun to try again. */
const AWAY_MS = 6_000

describe('protocol v1 on a stock nats-server', () => {
  const network = useNetwork({ broker: 'nats' })
  testActions(network)

  it('goes on with a run when the broker was away, and runs no node twice', async () => {
    await network().node(DEV1).script({ apply: 4 })
    const running = (await shell(network())).run(LAMP)
    await expect.poll(() => countRuns(network()), { timeout: 60_000 }).toMatchObject({ [DEV1]: 1 })
    await network().stopBroker()
    await pause(AWAY_MS)
    expect(await network().startBroker()).toBe(true)
    expect(await running).toMatchObject({ exit: 0, counts: { changed: 4 } })
    expect(Object.values(await countRuns(network()))).toEqual([1, 1, 1, 1])
    expect(Object.values(await locksOf(network()))).toEqual([null, null, null, null])
  })
})
