import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { brokerFleet, memoryLog, type BrokerFleet } from '@choirmaster/simulator/broker'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Network, NetworkOptions } from '../lib/network.mjs'
import { LAMP, shell } from './support/choirmaster.js'
import { DEV1, DEV2, NODES, useNetwork } from './support/network.js'

/** Simulated Choria servers in place of real ones: everything else is real. */
describe.each<NetworkOptions>([
  { protocol: 'v1', broker: 'nats' },
  { protocol: 'v1', broker: 'choria' },
  { protocol: 'v2', broker: 'choria', delegated: true },
])('a simulated fleet, $protocol on the broker $broker, delegated $delegated', (options) => {
  const network = useNetwork({ ...options, nodes: [] })
  const log = memoryLog()
  let fleet: BrokerFleet
  beforeAll(async () => {
    fleet = await simulated(network(), log)
  })
  afterAll(() => fleet.close())

  it("is asked by Choria's own client", async () => {
    const { ask } = network()
    const status = await ask('status', NODES)
    expect(status).toHaveLength(NODES.length)
    for (const { code, data } of status) {
      expect({ code, enabled: data.enabled }).toEqual({ code: 0, enabled: true })
    }
    expect(await ask('disable', [DEV1], ['message=by hand'])).toMatchObject([{ code: 0 }])
    expect(fleet.node(DEV1)?.state.lock).toEqual({ message: 'by hand' })
    expect(await ask('enable', [DEV1])).toMatchObject([{ node: DEV1, code: 0 }])
    expect(await ask('resource', [DEV2], ['type=user', 'name=root'])).toMatchObject([{ code: 1 }])
  })

  it('is found in order by doctor, and run by us', async () => {
    const one = await shell(network())
    const ping = await one.choirmaster('ping', '--json')
    const { replies } = JSON.parse(ping.stdout) as { replies: { node: string }[] }
    expect(replies.map(({ node }) => node).sort()).toEqual(NODES)
    const doctor = await one.choirmaster('doctor', '--site', LAMP, '--json')
    const { checks } = JSON.parse(doctor.stdout) as { checks: { state: string }[] }
    expect(checks.filter(({ state }) => state === 'not-ok')).toEqual([])

    expect(await one.run(LAMP)).toMatchObject({ exit: 0, result: 'succeeded', left_disabled: {} })
    const runs = log.entries.flatMap((entry) => (entry.what === 'started' ? [entry.node] : []))
    expect(runs[0]).toBe(DEV1)
    expect(runs.sort()).toEqual(NODES)
    expect(log.entries.filter(({ what }) => what === 'dropped')).toEqual([])
  })
})

async function simulated(
  { folder, port, protocol }: Network,
  log: ReturnType<typeof memoryLog>,
): Promise<BrokerFleet> {
  const read = (file: string): Promise<string> => readFile(join(folder, file), 'utf8')
  const ca = await read('ssl/certs/ca.pem')
  const certificate = await read('ssl/certs/localhost.pem')
  const key = await read('ssl/private_keys/localhost.pem')
  return brokerFleet({
    ...{ broker: `nats://localhost:${port}`, nodes: NODES, log },
    // Real time: runs are short, so that waiting proves nothing more.
    scenario: { defaults: { run: 1, show: [0.2, 0.5], reply: [0.05, 0.2] } },
    ...(protocol === 'v1'
      ? { tls: { ca, certificate, key }, security: { protocol, callersCa: ca } }
      : { tls: { ca }, security: { protocol, issuerSeed: await read('jwt/issuer.seed') } }),
  })
}
