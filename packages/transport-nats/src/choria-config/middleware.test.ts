import { describe, expect, it } from 'vitest'
import { fakeSystem, settings } from '../../test/fake-system.js'
import { brokerUrl } from '../connection/broker.js'
import { findBrokers } from './middleware.js'

const HOSTS = 'plugin.choria.middleware_hosts'
const records = [
  { name: 'late.example.net.', port: 4222, priority: 20, weight: 0 },
  { name: 'early.example.net.', port: 4223, priority: 10, weight: 0 },
]

async function urls(
  values: Record<string, string>,
  named?: string,
  srv: Record<string, typeof records> = {},
): Promise<string[]> {
  const brokers = await findBrokers({
    settings: settings(values),
    system: fakeSystem({}, { srv: async (name) => srv[name] ?? [] }),
    random: { next: () => 0 },
    named,
    warn() {},
  })
  return brokers.map((broker) => `${brokerUrl(broker)} (${broker.origin})`)
}

describe('brokers', () => {
  it('are those that were named, in this order', async () => {
    expect(await urls({ [HOSTS]: 'c:1' }, 'nats://b.example.net:4222, [::1]:4223')).toEqual([
      'nats://b.example.net:4222 (option servers)',
      'nats://[::1]:4223 (option servers)',
    ])
  })

  it('else those of middleware_hosts', async () => {
    const where = '(/etc/choria/client.conf:1)'
    expect(await urls({ [HOSTS]: 'a:1,nats://b:2' })).toEqual([
      `nats://a:1 ${where}`,
      `nats://b:2 ${where}`,
    ])
  })

  it('else those of SRV records, by priority', async () => {
    const [new_, old] = ['_mcollective-server._tcp', '_x-puppet-mcollective._tcp']
    const srv = { [`${old}.example.net`]: records }
    expect(await urls({}, undefined, srv)).toEqual([
      `nats://early.example.net:4223 (SRV ${old}.example.net)`,
      `nats://late.example.net:4222 (SRV ${old}.example.net)`,
    ])
    const both = { ...srv, [`${new_}.example.net`]: records.slice(0, 1) }
    expect(await urls({}, undefined, both)).toEqual([
      `nats://late.example.net:4222 (SRV ${new_}.example.net)`,
    ])
  })

  it('else puppet:4222', async () => {
    expect(await urls({ 'plugin.choria.use_srv': 'no' })).toEqual(['nats://puppet:4222 (default)'])
  })

  it.each([',', 'a', 'a:', 'a:0', 'a:99999', 'http://a:1', 'a b:1', '::1:4222'])(
    'are not named %j',
    async (address) => {
      await expect(urls({ [HOSTS]: address })).rejects.toMatchObject({
        code: 'transport-server-address',
        place: '/etc/choria/client.conf:1',
      })
    },
  )
  it('and the password that somebody wrote into an address is not shown', async () => {
    const attempt = urls({ [HOSTS]: 'nats://ann:hunter2@b.example.net:4222' })
    await expect(attempt).rejects.toThrow('"nats://[redacted]@b.example.net:4222" is no address')
  })
})
