import { natsTransport } from '@choirmaster/transport-nats'
import { simulatorProvider } from '@choirmaster/simulator'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { choice, cwd, refusal, resolveConfig, resolved, write } from './config.test.helper.js'
import { OWN_OPTIONS } from './default-transport.js'
import { findChoria } from './find-choria.js'
import type { ConfigFlags } from './flag-settings.js'
import { resolveConfig as resolveWith } from './resolve-config.js'

const CONF = '/etc/choria/client.conf'

/** The transport in force, its options and why it is. */
async function transport(flags: ConfigFlags, choria?: string, text = ''): Promise<unknown[]> {
  await write('choirmaster.yaml', text)
  const config = await resolveWith(cwd.path, flags, () => Promise.resolve(choria))
  const chosen = choice(config, 'transport')
  return [chosen?.name, chosen?.options, chosen?.place]
}

describe('without a word on how nodes are reached', () => {
  it('it is Choria where that is configured, so that a simulation is never taken for a run', async () => {
    expect(await transport({}, `found ${CONF}`)).toEqual(['nats', {}, `found ${CONF}`])
  })

  it('it is a simulated fleet where no Choria is', async () => {
    const expected = ['simulator', {}, 'no Choria configuration found']
    expect(await transport({})).toEqual(expected)
  })

  it('options that only the simulator has mean the simulator', async () => {
    const flag = await transport({ set: ['transport.scenario=faults.yaml'] }, CONF)
    const options = { scenario: 'faults.yaml' }
    expect(flag).toEqual(['simulator', options, '--set transport.scenario'])
    const file = await transport({}, CONF, 'transport: { scenario: faults.yaml }')
    expect(file).toEqual(['simulator', options, 'choirmaster.yaml:1:14'])
  })

  it('options that only Choria has mean Choria', async () => {
    const set = ['transport.servers=broker:4222']
    const [name] = await transport({ set })
    expect(name).toBe('nats')
    expect(await transport({ collective: 'eu' })).toEqual([
      'nats',
      { collective: 'eu' },
      '--collective',
    ])
  })

  it('nobody looks for Choria where the transport is named', async () => {
    const asked = (): never => expect.fail('looked')
    for (const flags of [{ transport: 'simulator' }, { transport: 'nats' }]) {
      const config = await resolveWith(cwd.path, flags, asked)
      expect(choice(config, 'transport')?.name).toBe(flags.transport)
    }
  })
})

it('the options that tell the two apart are those of their schemas', () => {
  const names = ({ options }: { options: { json: object } }): string[] =>
    Object.keys((options.json as { properties: object }).properties).sort()
  expect([...OWN_OPTIONS.nats].sort()).toEqual(names(natsTransport))
  expect([...OWN_OPTIONS.simulator].sort()).toEqual(names(simulatorProvider))
})

describe('--choria-config', () => {
  it('names the file for Choria, and means Choria', async () => {
    const file = join(cwd.path, 'client.conf')
    expect(await transport({ 'choria-config': 'client.conf' })).toEqual([
      'nats',
      { choriaConfig: file },
      '--choria-config',
    ])
  })

  it.each(['puppet', 'puppetdb'])('is the file of %s too: one identity', async (catalog) => {
    const flags = { 'choria-config': '/c.conf', catalog }
    const config = await resolveConfig(cwd.path, flags)
    expect(choice(config, 'catalog')?.options).toEqual({ choriaConfig: '/c.conf' })
    expect(choice(config, 'transport')?.options).toEqual({ choriaConfig: '/c.conf' })
    const simulated = await resolveConfig(cwd.path, { ...flags, transport: 'simulator' })
    expect(choice(simulated, 'catalog')?.options).toEqual({ choriaConfig: '/c.conf' })
    expect(choice(simulated, 'transport')?.options).toEqual({})
  })

  it('is the file of a store on the broker too', async () => {
    const text = 'transport: { use: nats }\nstore: { use: nats, stream: RUNS }'
    const config = await resolved(text, { 'choria-config': '/c.conf' })
    const options = { stream: 'RUNS', choriaConfig: '/c.conf' }
    expect(choice(config, 'store')?.options).toEqual(options)
  })

  it('yields to --set, and beats the file', async () => {
    const flags = { 'choria-config': '/flag.conf' }
    const text = 'transport: { use: nats, choriaConfig: /file.conf }'
    const config = await resolved(text, flags)
    expect(choice(config, 'transport')?.options).toEqual({ choriaConfig: '/flag.conf' })
    const set = ['transport.choriaConfig=/set.conf']
    const said = await resolved(text, { ...flags, set })
    expect(choice(said, 'transport')?.options).toEqual({ choriaConfig: '/set.conf' })
  })

  it('is refused where nothing reads it', async () => {
    const flags = { 'choria-config': '/c.conf', transport: 'simulator' }
    const error = await refusal(resolveConfig(cwd.path, flags))
    expect(error.code).toBe('config-conflict')
    expect(error.place).toBe('--choria-config')
  })
})

describe('Choria is found', () => {
  const system = (files: Readonly<Record<string, string>>, env = {}) => ({
    ...{ env, home: '/home/ann', user: 'ann', root: false, hostname: 'ops1', cwd: '/srv/site' },
    readFile: (path: string) => Promise.resolve(files[path]),
    srv: () => Promise.resolve([]),
    puppetSetting: () => Promise.resolve(undefined),
  })

  it.each([
    ['/home/ann/.choriarc', {}],
    [CONF, {}],
    ['/srv/choria.conf', {}],
  ])('by %s', async (file) => {
    expect(await findChoria(system({ [file]: '' }))).toBe(`found ${file}`)
  })

  it('by MCOLLECTIVE_CERTNAME', async () => {
    const env = { MCOLLECTIVE_CERTNAME: 'ann.mcollective' }
    expect(await findChoria(system({}, env))).toBe('MCOLLECTIVE_CERTNAME is set')
  })

  it('by a file that cannot be read: who opens the transport is told what is wrong with it', async () => {
    const denied = new Error('EACCES: permission denied')
    const machine = { ...system({}), readFile: () => Promise.reject(denied) }
    expect(await findChoria(machine)).toBe('found /home/ann/.choriarc')
  })

  it('or not', async () => {
    expect(await findChoria(system({ '/etc/hosts': '' }))).toBeUndefined()
  })
})
