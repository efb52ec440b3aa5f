import { describe, expect, it } from 'vitest'
import { parseChoriaConfig } from './choria-config/parse.js'
import { findServers, PUPPET_SERVER, PUPPETDB } from './servers.js'
import type { SrvRecord, System } from './system.js'
import { orderSrvRecords } from './srv.js'
import { failure, fakeSystem, scripted } from '../test/fake-system.js'

const record = (name: string, priority = 0, weight = 0, port = 8140): SrvRecord => ({
  name,
  priority,
  weight,
  port,
})

async function find(
  config: string,
  more: Partial<System> = {},
  files = {},
  service = PUPPET_SERVER,
) {
  const warnings: string[] = []
  const asked: string[] = []
  const system = fakeSystem(files, more)
  const servers = await findServers({
    service,
    settings: parseChoriaConfig(config, '/c'),
    system: { ...system, srv: (name) => (asked.push(name), system.srv(name)) },
    random: scripted(),
    warn: (message) => void warnings.push(message),
  })
  return { servers, asked, warnings }
}

describe('findServers', () => {
  const srv = async () => [
    record('second.example.net.', 2),
    record('first.example.net.', 1, 0, 8141),
  ]

  it('is puppet:8140 where nothing says otherwise', async () => {
    expect((await find('')).servers).toEqual([{ host: 'puppet', port: 8140, origin: 'default' }])
  })
  it('is what SRV records advertise, all of them in order', async () => {
    expect((await find('plugin.choria.srv_domain = example.net', { srv })).servers).toEqual([
      { host: 'first.example.net', port: 8141, origin: 'SRV _x-puppet._tcp.example.net' },
      { host: 'second.example.net', port: 8140, origin: 'SRV _x-puppet._tcp.example.net' },
    ])
  })
  it('is what is configured, before SRV records, which are not even asked for', async () => {
    const config = 'plugin.choria.puppetserver_host = pm\nplugin.choria.puppetserver_port = 9140'
    const found = await find(`plugin.choria.srv_domain = example.net\n${config}`, { srv })
    expect(found.servers).toEqual([{ host: 'pm', port: 9140, origin: '/c:2' }])
    expect(found.asked).toEqual([])
  })
  it('completes a host or a port that is configured alone', async () => {
    expect((await find('plugin.choria.puppetserver_host = pm')).servers).toEqual([
      { host: 'pm', port: 8140, origin: '/c:1' },
    ])
    expect((await find('plugin.choria.puppetserver_port = 9140')).servers).toEqual([
      { host: 'puppet', port: 9140, origin: '/c:1' },
    ])
  })
  it('names the line of a port that is none', async () => {
    expect(await failure(find('\nplugin.choria.puppetserver_port = x'))).toMatchObject({
      code: 'identity-config-value',
      place: '/c:2',
    })
  })
  it('looks nothing up where use_srv is off', async () => {
    const config = 'plugin.choria.srv_domain = example.net\nplugin.choria.use_srv = no'
    expect((await find(config, { srv })).servers[0]?.host).toBe('puppet')
  })
  it('warns and goes on when DNS does not answer', async () => {
    const broken = async () => Promise.reject(new Error('queryA ETIMEOUT'))
    const found = await find('plugin.choria.srv_domain = example.net', { srv: broken })
    expect(found.servers[0]?.host).toBe('puppet')
    expect(found.warnings).toEqual([expect.stringContaining('ETIMEOUT')])
  })
})

describe('PuppetDB', () => {
  const found = async (config: string, records: Readonly<Record<string, SrvRecord[]>> = {}) =>
    find(config, { srv: async (name) => records[name] ?? [] }, {}, PUPPETDB)
  const domain = 'plugin.choria.srv_domain = e.net\n'

  it('is puppet:8081 where nothing says otherwise', async () => {
    expect((await found('')).servers).toEqual([{ host: 'puppet', port: 8081, origin: 'default' }])
  })
  it('is what is configured for it, not for Puppet Server', async () => {
    const config = 'plugin.choria.puppetserver_host = pm\nplugin.choria.puppetdb_host = db\n'
    expect((await found(config)).servers).toEqual([{ host: 'db', port: 8081, origin: '/c:2' }])
  })
  it('is what its own SRV records say, port and all', async () => {
    const records = {
      '_x-puppet-db._tcp.e.net': [record('db.e.net.', 0, 0, 9081)],
      '_x-puppet._tcp.e.net': [record('pm.e.net.')],
    }
    const { servers, asked } = await found(domain, records)
    expect(servers).toEqual([
      { host: 'db.e.net', port: 9081, origin: 'SRV _x-puppet-db._tcp.e.net' },
    ])
    expect(asked).toEqual(['_x-puppet-db._tcp.e.net'])
  })
  it('is on the hosts of Puppet Server without any, but not on their port', async () => {
    const { servers } = await found(domain, { '_x-puppet._tcp.e.net': [record('pm.e.net.')] })
    expect(servers).toEqual([{ host: 'pm.e.net', port: 8081, origin: 'SRV _x-puppet._tcp.e.net' }])
  })
})

describe('the domain of SRV lookups', () => {
  const asked = async (...args: Parameters<typeof find>) => (await find(...args)).asked

  it('is CHORIA_SRV_DOMAIN before the setting', async () => {
    const env = { CHORIA_SRV_DOMAIN: 'env.net' }
    expect(await asked('plugin.choria.srv_domain = c.net', { env })).toEqual([
      '_x-puppet._tcp.env.net',
    ])
  })
  it('is that of the host name', async () => {
    expect(await asked('', { hostname: 'ops1.eu.example.net' })).toEqual([
      '_x-puppet._tcp.eu.example.net',
    ])
  })
  it.each([
    ['nameserver 1.1.1.1\nsearch corp.net. other.net\n', ['_x-puppet._tcp.corp.net']],
    ['domain  corp.net\n', ['_x-puppet._tcp.corp.net']],
    ['search .\n', []],
    ['nameserver 1.1.1.1\n', []],
  ])('is the first search domain of resolv.conf: %j', async (text, names) => {
    expect(await asked('', {}, { '/etc/resolv.conf': text })).toEqual(names)
  })
  it('is none where resolv.conf cannot be read', async () => {
    expect(await asked('', {}, { '/etc/resolv.conf': new Error('EACCES') })).toEqual([])
  })
})

describe('orderSrvRecords', () => {
  const names = (records: readonly SrvRecord[], ...numbers: number[]) =>
    orderSrvRecords(records, scripted(...numbers)).map(({ name }) => name)

  it('puts lower priorities first and takes trailing dots off', () => {
    expect(names([record('c.', 20, 100), record('a.', 5), record('b', 10)])).toEqual([
      'a',
      'b',
      'c',
    ])
  })
  it('leaves out a record that says that the service is not offered', () => {
    expect(names([record('.')])).toEqual([])
  })
  it('does not depend on the order of the answer', () => {
    const records = [record('a', 0, 10), record('b', 0, 10), record('c', 0, 10)]
    expect(names(records, 0.5, 0.9)).toEqual(names([...records].reverse(), 0.5, 0.9))
  })
  it('draws by weight within a priority', () => {
    const seed = 20_261_122
    let state = seed
    const random = {
      next: () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647,
    }
    const records = [record('one', 0, 10), record('three', 0, 30), record('never', 0, 0)]
    const first: Record<string, number> = {}
    for (let round = 0; round < 4000; round++) {
      const order = orderSrvRecords(records, random)
      expect(order).toHaveLength(3)
      const name = order[0]?.name ?? ''
      first[name] = (first[name] ?? 0) + 1
    }
    const message = `seed ${seed}: ${JSON.stringify(first)}`
    expect((first['three'] ?? 0) / (first['one'] ?? 1), message).toBeGreaterThan(2.5)
    expect((first['three'] ?? 0) / (first['one'] ?? 1), message).toBeLessThan(3.5)
    expect(first['never'] ?? 0, message).toBeLessThan(200)
  })
})
