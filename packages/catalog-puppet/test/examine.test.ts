import type { Check, Provider } from '@choirmaster/core/provide'
import { nodeSystem, type System } from '@choirmaster/puppet-identity'
import { describe, expect, it } from 'vitest'
import type { PuppetDbCatalogOptions } from '../src/puppetdb/options.js'
import { puppetCatalogOf } from '../src/provider.js'
import { puppetDbCatalogOf } from '../src/puppetdb/provider.js'
import { answer, closedPort, serve, TLS } from './server.js'

interface Asked {
  readonly source?: 'puppet' | 'puppetdb'
  readonly options?: PuppetDbCatalogOptions
  readonly system?: Partial<System>
}

async function checks({ source = 'puppetdb', options, system }: Asked): Promise<Check[]> {
  const machine: System = {
    ...nodeSystem(),
    ...{ env: { USER: 'rip' }, home: '/nonexistent', cwd: '/nonexistent', root: false },
    hostname: 'ops1.example.net',
    srv: async () => [],
    ...system,
  }
  const of = source === 'puppet' ? puppetCatalogOf : puppetDbCatalogOf
  const { examine } = of(() => machine) as Provider<'catalog', PuppetDbCatalogOptions>
  const host = {
    baseDir: '/',
    clock: {
      now: () => Date.parse('2026-06-01'),
      sleepUntil: async () => undefined,
      hold: <T>(work: Promise<T>) => work,
    },
    random: { next: () => 0 },
    notice: () => undefined,
  }
  const call = { signal: new AbortController().signal }
  const found: Check[] = []
  for await (const check of examine!({ ssldir: `${TLS}ssl`, ...options }, host, call)) {
    found.push(check)
  }
  return found
}

const json = (value: unknown) =>
  answer('200 OK', { 'Content-Type': 'application/json' }, JSON.stringify(value))
const text = (status: string, body: string) =>
  answer(status, { 'Content-Type': 'text/plain' }, body)

describe('what a source needs of its servers', () => {
  it('is told of PuppetDB with its version', async () => {
    const { port, requests } = await serve(json({ version: '7.12.1' }))
    expect(await checks({ options: { url: `localhost:${port}` } })).toEqual([
      {
        subject: 'PuppetDB',
        state: 'ok',
        message: `localhost:${port} (option url): version 7.12.1, answered in 0 ms`,
      },
    ])
    expect(requests[0]).toMatch(/^GET \/pdb\/meta\/v1\/version HTTP/)
  })

  it('is told of Puppet Server, which says that it runs', async () => {
    const { port } = await serve(text('200 OK', 'running'))
    const found = await checks({ source: 'puppet', options: { url: `localhost:${port}` } })
    expect(found).toMatchObject([{ subject: 'Puppet Server', state: 'ok' }])
    expect(found[0]?.message).toContain('running')
  })

  it('each server that DNS names is tried by itself', async () => {
    const { port } = await serve(json({ version: '8.1.0' }))
    const dead = await closedPort()
    const record = { weight: 0, name: 'localhost.' }
    const found = await checks({
      system: {
        srv: async (name) =>
          name === '_x-puppet-db._tcp.example.net'
            ? [
                { ...record, priority: 1, port: dead },
                { ...record, priority: 2, port },
              ]
            : [],
      },
    })
    expect(found.map(({ subject, state }) => [subject, state])).toEqual([
      ['SRV records', 'ok'],
      ['PuppetDB', 'not-ok'],
      ['PuppetDB', 'ok'],
    ])
    expect(found[0]?.message).toBe(
      `_x-puppet-db._tcp.example.net: localhost:${dead}, localhost:${port}`,
    )
    expect(found[1]).toMatchObject({ code: 'puppet-unreachable' })
  })

  it('a server that nobody named, and a DNS that does not answer, are worth knowing', async () => {
    const found = await checks({
      options: { timeout: 1 },
      system: { srv: () => Promise.reject(new Error('queryCnameRecord ETIMEOUT')) },
    })
    const notes = found.filter(({ state }) => state === 'note').map(({ message }) => message)
    expect(notes).toEqual([
      expect.stringContaining('_x-puppet-db._tcp.example.net: queryCnameRecord ETIMEOUT'),
      expect.stringContaining('_x-puppet._tcp.example.net'),
      expect.stringContaining('puppet:8081 is what is left'),
    ])
  })

  it.each<[string, Asked, Awaited<Parameters<typeof serve>[0]>, string]>([
    ['not on the list of PuppetDB', {}, text('403 Forbidden', 'denied'), 'puppetdb-forbidden'],
    ['something else answers', {}, json([]), 'puppet-answer-malformed'],
    [
      'Puppet Server is starting',
      { source: 'puppet' },
      text('503 Service Unavailable', 'starting'),
      'puppet-answer-unexpected',
    ],
  ])('%s: not ok, with what to do', async (_, asked, reaction, code) => {
    const { port } = await serve(reaction)
    const [only] = await checks({ ...asked, options: { url: `localhost:${port}` } })
    expect(only).toMatchObject({ state: 'not-ok', code })
    expect(only?.hint).toBeTruthy()
  })

  it('without a certificate no server is asked', async () => {
    const { port, requests } = await serve(json({ version: '7.12.1' }))
    const options = { url: `localhost:${port}`, certname: 'nobody.mcollective' }
    expect(await checks({ options })).toMatchObject([
      { state: 'not-ok', code: 'identity-certificate-missing' },
    ])
    expect(requests).toEqual([])
  })

  it('revoked servers would be trusted without lists', async () => {
    const { port } = await serve(json({ version: '7.12.1' }))
    const { readFile } = nodeSystem()
    const found = await checks({
      options: { url: `localhost:${port}` },
      system: { readFile: async (path) => (path.endsWith('crl.pem') ? undefined : readFile(path)) },
    })
    expect(found).toMatchObject([{ state: 'note' }, { state: 'ok' }])
  })
})
