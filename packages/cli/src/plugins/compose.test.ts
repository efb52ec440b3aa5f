import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  createRegistry,
  KINDS,
  type Host,
  type Kind,
  type Notice,
  type Registry,
} from '@choirmaster/core'
import { seededRandom } from '@choirmaster/core/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { resolveConfig } from '../config/resolve-config.js'
import { composeHouse, type House } from './compose.js'
import { loadRegistry } from './load-registry.js'

const call = { signal: new AbortController().signal }

let cwd = ''
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'choirmaster-compose-'))
})
afterEach(() => rm(cwd, { recursive: true }))

const noop = (): void => undefined
const MEMBERS: Readonly<Record<Kind, object>> = {
  catalog: { environment: noop },
  transport: { request: noop },
  agent: {
    ...{ status: noop, disable: noop, enable: noop, requestRun: noop },
    ...{ evidence: noop, assess: noop, progress: noop, judge: noop },
  },
  store: { create: noop, open: noop, list: noop, lock: noop },
  reporter: { report: noop },
  witness: { sightings: noop },
}

/** A registry of fakes that write down what happens to them. */
function fakes(log: string[], more: Partial<Record<Kind, object>> = {}): Registry {
  const registry = createRegistry()
  const providers = (Object.keys(MEMBERS) as Kind[]).map((kind) => ({
    kind,
    name: `fake-${kind}`,
    summary: '',
    options: { json: { type: 'object', properties: { n: { type: 'integer' } } } },
    open: async (options: unknown, host: Host & { transport(): Promise<unknown> }) => {
      if (kind === 'agent') await host.transport()
      log.push(
        `open ${kind} ${JSON.stringify(options)} in ${host.baseDir === cwd ? 'cwd' : host.baseDir}`,
      )
      const close = (): Promise<void> => Promise.resolve(void log.push(`close ${kind}`))
      return { ...MEMBERS[kind], close, ...more[kind] }
    },
  }))
  registry.addPlugin({ contract: 1, name: 'fakes', providers }, { package: 'fakes' })
  return registry
}

const USE_FAKES = ['catalog', 'transport', 'agent', 'store'].map(
  (kind) => `${kind}.use=fake-${kind}`,
)
const ALL: readonly Kind[] = ['catalog', 'transport', 'agent', 'store', 'reporter']

async function house(
  registry: Registry,
  set: readonly string[] = USE_FAKES,
  kinds = ALL,
  notices: Notice[] = [],
): Promise<House> {
  const config = await resolveConfig(cwd, { set }, () => Promise.resolve(undefined))
  const notice = (one: Notice): void => void notices.push(one)
  return composeHouse({ config, registry, kinds, random: seededRandom(1), call, notice })
}

describe('a composed house', () => {
  it('opens a provider when it is first asked for, once, and closes the last first', async () => {
    const log: string[] = []
    const composed = await house(fakes(log))
    expect(log).toEqual([])
    const agent = await composed.open('agent')
    expect(await composed.open('agent')).toBe(agent)
    await Promise.all([composed.open('transport'), composed.open('store')])
    await composed.close()
    await composed.close()
    expect(log).toEqual([
      'open transport {} in cwd',
      'open agent {} in cwd',
      'open store {} in cwd',
      'close store',
      'close agent',
      'close transport',
    ])
  })

  it('opens nothing when the options of one provider are wrong', async () => {
    const log: string[] = []
    const composing = house(fakes(log), [...USE_FAKES, 'store.n=x', 'agent.n=1.5', 'catalog.n=1'])
    await expect(composing).rejects.toMatchObject({
      code: 'provider-options',
      problems: [{ place: '--set agent.n' }, { place: '--set store.n' }],
    })
    expect(log).toEqual([])
  })

  it('leaves alone what the command does not need', async () => {
    const composed = await house(fakes([]), [...USE_FAKES, 'store.n=x'], ['catalog'])
    expect(await composed.open('catalog')).toHaveProperty('environment')
    await expect(composed.open('store')).rejects.toMatchObject({ code: 'provider-options' })
  })

  it('says so when there is no source and one is needed', async () => {
    const set = USE_FAKES.slice(1)
    await expect(house(fakes([]), set)).rejects.toMatchObject({ code: 'config-no-catalog' })
    const composed = await house(fakes([]), set, ['store'])
    await expect(composed.open('catalog')).rejects.toMatchObject({ code: 'config-no-catalog' })
  })

  it('opens all reporters with their own options', async () => {
    const log: string[] = []
    const composed = await house(fakes(log), [...USE_FAKES, 'reporter.fake-reporter.n=3'])
    expect(await composed.reporters()).toHaveLength(1)
    expect(log).toEqual(['open reporter {"n":3} in cwd'])
  })

  it('opens another provider than the configured one, for a plan file', async () => {
    const log: string[] = []
    const composed = await house(fakes(log), USE_FAKES)
    const choice = {
      kind: 'catalog',
      name: 'fake-catalog',
      options: { n: 5 },
      place: 'plan.json',
      locate: () => 'plan.json',
      baseDir: '/elsewhere',
    } as const
    expect(await composed.openChoice(choice)).toHaveProperty('environment')
    expect(log).toEqual(['open catalog {"n":5} in /elsewhere'])
    await expect(composed.openChoice({ ...choice, options: { n: 'x' } })).rejects.toMatchObject({
      code: 'provider-options',
      place: 'plan.json',
    })
  })

  it.each<[string, () => Promise<unknown>, string, string]>([
    [
      'fails without saying why',
      () => Promise.reject(new TypeError('x is not a function')),
      'plugin-failed',
      'catalog fake-catalog of fakes: TypeError: x is not a function',
    ],
    [
      'gives no graph',
      () => Promise.resolve({ environment: 'production' }),
      'environment-invalid',
      'The answer of the catalog fake-catalog of fakes is no environment',
    ],
  ])('says whose fault it is when a source %s', async (_case, environment, code, message) => {
    const composed = await house(fakes([], { catalog: { environment, afterRun: environment } }))
    const catalog = await composed.open('catalog')
    const says = { code, message: expect.stringContaining(message) }
    await expect(catalog.environment(undefined, call)).rejects.toMatchObject(says)
    await expect(catalog.afterRun?.(undefined, call)).rejects.toMatchObject(says)
  })

  it('closes the rest when one cannot be closed, and says so', async () => {
    const log: string[] = []
    const notices: Notice[] = []
    const close = (): Promise<never> => Promise.reject(new Error('disk full'))
    const composed = await house(fakes(log, { store: { close } }), USE_FAKES, ALL, notices)
    await composed.open('transport')
    await composed.open('store')
    await composed.close()
    expect(log.at(-1)).toBe('close transport')
    expect(notices).toEqual([
      expect.objectContaining({ code: 'provider-not-closed', level: 'warning' }),
    ])
    expect(notices[0]?.message).toContain('disk full')
  })
})

describe('the built-in providers', () => {
  it('are all there and keep the contract', async () => {
    const registry = await loadRegistry({ plugins: [] })
    const names = KINDS.map((kind) => [kind, registry.names(kind)] as const)
    expect(Object.fromEntries(names)).toEqual({
      catalog: ['file', 'merge', 'puppet', 'puppetdb'],
      transport: ['nats', 'simulator'],
      agent: ['puppet'],
      store: ['file', 'nats'],
      reporter: [],
      witness: ['puppetdb'],
    })
    for (const [kind, list] of names) {
      for (const name of list) {
        const { provider, from } = await registry.find(kind, name)
        expect({ kind: provider.kind, name: provider.name }).toEqual({ kind, name })
        expect(from.package).toMatch(/^@choirmaster\//)
      }
    }
  })

  it('run on the clock of the simulated fleet', async () => {
    await writeFile(
      join(cwd, 'scenario.yaml'),
      'schema: choirmaster.scenario/1\nstart: 2016-11-03T10:00:00Z\n',
    )
    await writeFile(join(cwd, 'site.yaml'), 'applications: {}\n')
    const set = ['transport.scenario=scenario.yaml', 'catalog.use=file', 'catalog.path=site.yaml']
    const composed = await house(await loadRegistry({ plugins: [] }), set)
    expect(composed.clock.now()).toBe(Date.parse('2016-11-03T10:00:00Z'))
    const agent = await composed.open('agent')
    expect(agent.caller).not.toBe('')
    const catalog = await composed.open('catalog')
    expect((await catalog.environment(undefined, call)).applications).toEqual({})
    await composed.close()
  })
})
