import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { nodeSystem, type System } from '@choirmaster/puppet-identity'
import {
  answer,
  ask,
  closedPort,
  environment,
  failure,
  INSISTS,
  recorded,
  serve,
  servePlain,
  TLS,
  type ServerOptions,
} from './server.js'
import type { PuppetCatalogOptions } from '../src/options.js'

const pem = (path: string) => readFileSync(`${TLS}${path}`, 'utf8')
const bundle = (name: string) => `${TLS}bundles/${name}.pem`
const { readFile } = nodeSystem()
/** A machine where Puppet has no revocation lists. */
const withoutLists: Partial<System> = {
  readFile: async (path) => (path.endsWith('crl.pem') ? undefined : readFile(path)),
}

async function failed(
  server: ServerOptions = {},
  options: PuppetCatalogOptions = {},
  now?: string,
) {
  const { url } = await serve(recorded('lamp'), server)
  return failure({ options: { url, ...options }, ...(now !== undefined && { now }) })
}

describe('the certificate of the server', () => {
  it('is verified with CA and revocation lists in bundles of two', async () => {
    const { url } = await serve(recorded('lamp'))
    expect(await environment({ options: { url } })).toMatchObject({ environment: 'production' })
  })

  it('is verified by address where the URL names one', async () => {
    const { port } = await serve(recorded('lamp'))
    expect(await environment({ options: { url: `127.0.0.1:${port}` } })).toBeDefined()
  })

  it.each(['ca-foreign', 'ca-root-only'])('fails with %s', async (name) => {
    const found = await failed({}, { ca: bundle(name) })
    expect(found).toMatchObject({ code: 'puppet-tls-ca', place: bundle(name) })
    expect(found.message).toContain('1 certificate)')
    expect(found.hint).toContain('root and an intermediate')
  })

  it('fails with the intermediate CA alone, with and without revocation lists', async () => {
    const ca = bundle('ca-signer-only')
    expect(await failed({}, { ca })).toMatchObject({
      code: 'puppet-tls-crl',
      message: expect.stringContaining(`from a CA that ${ca} lacks`),
    })
    const { url } = await serve(recorded('lamp'))
    const asked = { options: { url, ca }, system: withoutLists }
    expect(await failure(asked)).toMatchObject({ code: 'puppet-tls-ca', place: ca })
  })

  it('is verified whatever NODE_TLS_REJECT_UNAUTHORIZED says', async () => {
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0'
    try {
      expect((await failed({}, { ca: bundle('ca-foreign') })).code).toBe('puppet-tls-ca')
    } finally {
      delete process.env['NODE_TLS_REJECT_UNAUTHORIZED']
    }
  })

  it.each(['crl-signer-only', 'crl-lapsed'])('cannot be checked with %s', async (name) => {
    const found = await failed({}, { crl: bundle(name) })
    expect(found).toMatchObject({ code: 'puppet-tls-crl', place: bundle(name) })
    expect(found.hint).toContain('/puppet-ca/v1/certificate_revocation_list/ca')
  })

  it('may be revoked', async () => {
    expect((await failed({ certificate: 'revoked' })).code).toBe('puppet-tls-revoked')
  })

  it('is not checked for revocation where there are no lists', async () => {
    const { url } = await serve(recorded('lamp'), { certificate: 'revoked' })
    expect(await environment({ options: { url }, system: withoutLists })).toBeDefined()
  })

  it('may be for another name, which is told', async () => {
    const found = await failed({ certificate: 'renamed' })
    expect(found.code).toBe('puppet-tls-name')
    expect(found.message).toContain('puppet.elsewhere.example.net')
  })

  it('may have expired', async () => {
    expect((await failed({ certificate: 'expired' })).code).toBe('puppet-tls-expired')
  })
})

describe('our certificate', () => {
  it('is asked for with `choria enroll` where there is none, before any connection', async () => {
    const server = await serve(recorded('lamp'))
    const found = await failure({ options: { url: server.url, certname: 'nobody.mcollective' } })
    expect(found.code).toBe('identity-certificate-missing')
    expect(found.hint).toContain('choria enroll')
    expect(server.clients).toEqual([])
  })

  it('has expired by our clock, before any connection', async () => {
    const found = await failed({}, { certname: 'expired.mcollective' })
    expect(found.code).toBe('identity-certificate-expired')
  })

  it.each([
    ['is from another CA', 'foreign.mcollective', {}, undefined, 'another CA'],
    ['has expired', 'expired.mcollective', {}, '2020-01-15T00:00:00Z', 'expired'],
    [
      'is revoked',
      'stolen.mcollective',
      {
        crl: [
          pem('ssl/crl.pem'),
          pem('bundles/crl-lapsed.pem').split(/(?<=END X509 CRL-----\n)/)[1] ?? '',
        ],
      },
      undefined,
      'revoked',
    ],
  ])('%s by the word of the server', async (_, certname, more, now, word) => {
    // TLS 1.3: the client may have sent its request before it is refused; 1.2: the handshake fails.
    for (const maxVersion of ['TLSv1.3', 'TLSv1.2'] as const) {
      const found = await failed({ ...INSISTS, ...more, maxVersion }, { certname }, now)
      expect(['puppet-tls-refused', 'puppet-connection-lost', 'puppet-unreachable']).toContain(
        found.code,
      )
      expect(`${found.message} ${found.hint}`).toContain(certname)
      expect(`${found.message} ${found.hint}`).toContain(word)
    }
  })
})

describe('the connection', () => {
  it('times out where the server hangs, and is not tried again', async () => {
    const server = await serve('hang')
    const { result, waits } = await ask({ options: { url: server.url, timeout: 0.1 } })
    expect(result).toMatchObject({
      reason: { code: 'puppet-timeout', message: expect.stringContaining('0.1 s') },
    })
    expect(server.requests).toHaveLength(1)
    expect(waits).toEqual([])
  })

  it('times out where the answer stops in the middle', async () => {
    const begin = recorded('lamp').toString().slice(0, 500)
    const { url } = await serve({ begin })
    expect((await failure({ options: { url, timeout: 0.1 } })).code).toBe('puppet-timeout')
  })

  it('ends when the caller gives up', async () => {
    const server = await serve('hang')
    const controller = new AbortController()
    const asked = ask({ options: { url: server.url }, signal: controller.signal })
    const given = setInterval(() => {
      if (server.requests.length > 0) controller.abort(new Error('given up'))
    }, 5)
    expect((await asked).result).toMatchObject({ reason: { message: 'given up' } })
    clearInterval(given)
  })

  it('closed by the server without an answer is not tried again', async () => {
    const server = await serve('close')
    const found = await failure({ options: { url: server.url } })
    expect(found.code).toBe('puppet-connection-lost')
    expect(found.hint).toContain('rip.mcollective')
    expect(server.requests).toHaveLength(1)
  })

  it('to what is no TLS server', async () => {
    const port = await servePlain('SSH-2.0-OpenSSH_9.2\r\n')
    expect((await failure({ options: { url: `localhost:${port}` } })).code).toBe('puppet-tls')
  })

  it('refused is tried once more after a second, then told', async () => {
    const port = await closedPort()
    const { result, waits, notices } = await ask({ options: { url: `localhost:${port}` } })
    expect(result).toMatchObject({ reason: { code: 'puppet-unreachable' } })
    const { message, problems } = (result as PromiseRejectedResult).reason
    expect(message).toContain(`localhost:${port} (option url): connection refused`)
    expect(problems).toHaveLength(1)
    expect(waits).toEqual([1000])
    expect(notices).toHaveLength(2)
  })

  it('cut before the handshake is done counts as refused', async () => {
    const port = await servePlain('close')
    const { result, notices } = await ask({ options: { url: `localhost:${port}` } })
    expect(result).toMatchObject({ reason: { code: 'puppet-unreachable' } })
    expect(notices).toHaveLength(2)
  })
})

describe('several servers', () => {
  const records = (...ports: number[]) => ({
    srv: async (name: string) =>
      name === '_x-puppet._tcp.example.net'
        ? ports.map((port, priority) => ({ name: 'localhost.', port, priority, weight: 0 }))
        : [],
  })

  it('are tried in order until one can be reached', async () => {
    const [closed, live, other] = [
      await closedPort(),
      await serve(recorded('lamp')),
      await serve('hang'),
    ]
    const { result, notices } = await ask({ system: records(closed, live.port, other.port) })
    expect(result).toMatchObject({ value: { environment: 'production' } })
    expect(notices).toMatchObject([{ level: 'warning', code: 'puppet-unreachable' }])
    expect(notices[0]?.message).toContain('SRV _x-puppet._tcp.example.net')
    expect(other.clients).toEqual([])
  })

  it('are not tried after one that answered, whatever it answered', async () => {
    const busy = await serve(answer('503 Service Unavailable', {}))
    const other = await serve(recorded('lamp'))
    const { result } = await ask({ system: records(busy.port, other.port) })
    expect(result).toMatchObject({ reason: { code: 'puppet-busy' } })
    expect(other.clients).toEqual([])
  })

  it('are not tried after one that could not prove who it is', async () => {
    const other = await serve(recorded('lamp'))
    const renamed = await serve(recorded('lamp'), { certificate: 'renamed' })
    const { result } = await ask({ system: records(renamed.port, other.port) })
    expect(result).toMatchObject({ reason: { code: 'puppet-tls-name' } })
    expect(other.clients).toEqual([])
  })

  it('that cannot be reached are all named, and tried at most ten times together', async () => {
    const ports = await Promise.all(Array.from({ length: 12 }, closedPort))
    const { result, notices } = await ask({ system: records(...ports) })
    const { code, problems } = (result as PromiseRejectedResult).reason
    expect(code).toBe('puppet-unreachable')
    expect(problems).toHaveLength(5)
    expect(notices).toHaveLength(10)
  })

  it("are those of Choria's configuration before SRV records", async () => {
    const live = await serve(recorded('lamp'))
    const config = `plugin.choria.puppetserver_host = localhost\nplugin.choria.puppetserver_port = ${live.port}\n`
    const system = {
      ...records(await closedPort()),
      readFile: async (path: string) => (path === '/nowhere/client.conf' ? config : readFile(path)),
    }
    const asked = { options: { choriaConfig: 'client.conf' }, system }
    expect(await environment(asked)).toBeDefined()
  })
})
