import { once } from 'node:events'
import { beforeEach, expect, it } from 'vitest'
import type { Network } from '../lib/network.mjs'
import { LAMP, shell } from './support/choirmaster.js'
import { countRuns, locksOf } from './support/estate.js'
import { DEV1 } from './support/network.js'

/** Runs that are kept in Choria Streams, on the broker that carries the requests. */
export function testStreams(network: () => Network): void {
  beforeEach(() => network().reset())
  /** An operator on another machine each time: nothing is shared but the broker. */
  const machine = async () =>
    shell(network(), 'operator', {
      use: 'nats',
      choriaConfig: network().client().config,
      durability: 'strong',
    })

  it('keeps a run on its broker, where another machine finds, watches and resumes it', async () => {
    const [here, there] = [await machine(), await machine()]
    await network().node(DEV1).script({ apply: 8 })
    const running = here.start('run', '--site', LAMP, '--yes')
    await expect.poll(() => countRuns(network()), { timeout: 60_000 }).toMatchObject({ [DEV1]: 1 })

    const second = await there.choirmaster('run', '--site', LAMP, '--yes', '--json')
    expect([second.exit, second.stdout + second.stderr]).toEqual([
      3,
      expect.stringMatching(/store-nodes-locked.* of \S*operator\S* holds .*last sign of life/),
    ])

    running.kill('SIGKILL')
    await once(running, 'exit')
    const watching = there.choirmaster('show', 'last', '--follow', '--json')
    const resume = async () => {
      resumed = await there.choirmaster('resume', 'last', '--yes', '--json')
      return resumed.exit
    }
    let resumed = { exit: -1, stdout: '' }
    // Another machine cannot see that the process is gone, only that it gives no sign of life.
    await expect.poll(resume, { timeout: 120_000, interval: 5_000 }).toBe(0)
    expect(JSON.parse(resumed.stdout)).toMatchObject({
      result: 'succeeded',
      counts: { changed: 4 },
    })
    const { exit, stdout } = await watching
    expect(exit).toBe(0)
    expect(stdout.trimEnd().split('\n').at(-1)).toMatch(/"ended"/)
    expect(Object.values(await countRuns(network()))).toEqual([1, 1, 1, 1])
    expect(Object.values(await locksOf(network()))).toEqual([null, null, null, null])
  })
}
