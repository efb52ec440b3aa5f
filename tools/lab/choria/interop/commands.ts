import { once } from 'node:events'
import { beforeEach, expect, it } from 'vitest'
import type { Network } from '../lib/network.mjs'
import { LAMP, shell } from './support/choirmaster.js'
import { countRuns, locksOf } from './support/estate.js'
import { DEV1, DEV2, NODES } from './support/network.js'

/** The operator's other commands, whatever the protocol. */
export function testCommands(network: () => Network): void {
  beforeEach(() => network().reset())

  it('pings, asks, tells the status and finds nothing wrong', async () => {
    const { choirmaster } = await shell(network())
    const ping = await choirmaster('ping', '--json')
    expect(ping.exit).toBe(0)
    const { replies } = JSON.parse(ping.stdout) as { replies: { node: string }[] }
    expect(replies.map(({ node }) => node).sort()).toEqual(NODES)

    const disabled = await choirmaster('req', 'puppet', 'disable', 'message=back soon', '-I', DEV1)
    expect(disabled.exit).toBe(0)
    expect(await network().node(DEV1).lock()).toBe('back soon')
    const status = await choirmaster('status', '--json')
    expect(JSON.parse(status.stdout)).toMatchObject({
      nodes: { [DEV1]: { enabled: false, message: 'back soon' }, [DEV2]: { enabled: true } },
    })
    await network().node(DEV1).enable()

    const doctor = await choirmaster('doctor', '--site', LAMP, '--json')
    const { checks } = JSON.parse(doctor.stdout) as { checks: { state: string }[] }
    expect(checks.filter(({ state }) => state === 'not-ok')).toEqual([])
    expect(doctor.exit).toBe(0)
    expect(Object.values(await countRuns(network()))).toEqual([0, 0, 0, 0])
  })

  it('refuses a guest before anything is touched', async () => {
    const report = await (await shell(network(), 'guest')).run(LAMP)
    expect(report).toMatchObject({ exit: 3, result: 'refused', left_disabled: {} })
    expect(Object.values(await locksOf(network()))).toEqual([null, null, null, null])
    expect(Object.values(await countRuns(network()))).toEqual([0, 0, 0, 0])
  })

  it('is killed in the middle, goes on where it was and runs no node twice', async () => {
    const { start, choirmaster } = await shell(network())
    await network().node(DEV1).script({ apply: 5 })
    const process = start('run', '--site', LAMP, '--yes')
    await expect.poll(() => countRuns(network()), { timeout: 60_000 }).toMatchObject({ [DEV1]: 1 })
    process.kill('SIGKILL')
    await once(process, 'exit')
    const held = Object.values(await locksOf(network()))
    expect(held).toEqual([
      null,
      ...held.slice(1).map(() => expect.stringMatching(/^choirmaster run=/)),
    ])

    const resumed = await choirmaster('resume', 'last', '--yes', '--json')
    expect(resumed).toMatchObject({ exit: 0 })
    expect(JSON.parse(resumed.stdout)).toMatchObject({
      result: 'succeeded',
      counts: { changed: 4 },
    })
    expect(Object.values(await countRuns(network()))).toEqual([1, 1, 1, 1])
    expect(Object.values(await locksOf(network()))).toEqual([null, null, null, null])
  })
}
