import { describe, expect, it } from 'vitest'
import { type CodedError, isCodedError } from '../errors/coded-error.js'
import { InternalError } from '../errors/internal-error.js'
import { schema } from '../schema/schema.js'
import type { Host } from './common.js'
import { prepareProviders, type Choice } from './prepare.js'
import type { Kind } from './provider.js'
import { createRegistry, type Registry } from './registry.js'

const graph = { environment: 'production', applications: {} }

function catalog(name = 'cmdb', more: object = {}): object {
  return {
    kind: 'catalog',
    name,
    summary: 'From the CMDB',
    options: schema({
      type: 'object',
      additionalProperties: false,
      required: ['url'],
      properties: { url: { type: 'string' }, retries: { type: 'integer' } },
    }),
    open: () => Promise.resolve({ environment: () => Promise.resolve(graph) }),
    ...more,
  }
}

function plugin(...providers: object[]): object {
  return { contract: 1, name: 'CMDB', providers }
}

const from = { package: 'choirmaster-cmdb', place: 'choirmaster.yaml:9:5' }

function withCatalog(more: object = {}): Registry {
  const registry = createRegistry()
  registry.addPlugin(plugin(catalog('cmdb', more)), from)
  return registry
}

function choice(name: string, options: Choice['options'], kind: Kind = 'catalog'): Choice {
  return {
    kind,
    name,
    options,
    place: `--${kind}`,
    locate: (path) => ['--set ' + kind, ...path].join('.'),
  }
}

async function refusal(work: () => unknown): Promise<CodedError> {
  try {
    await work()
  } catch (error) {
    if (isCodedError(error)) return error
    throw error
  }
  throw new Error('accepted')
}

describe('a registry', () => {
  it('finds what plugins provide', async () => {
    const registry = withCatalog()
    expect(registry.names('catalog')).toEqual(['cmdb'])
    expect(registry.names('store')).toEqual([])
    const found = await registry.find('catalog', 'cmdb')
    expect(found.from.package).toBe('choirmaster-cmdb')
    expect(found.provider.summary).toBe('From the CMDB')
  })

  it('loads a provider only when it is asked for', async () => {
    const registry = createRegistry()
    let loads = 0
    const load = (): Promise<object> => Promise.resolve(catalog('file', { loads: ++loads }))
    registry.add({ kind: 'catalog', name: 'file', from, load })
    expect(registry.names('catalog')).toEqual(['file'])
    expect(loads).toBe(0)
    await registry.find('catalog', 'file')
    expect(loads).toBe(1)
  })

  it('names what there is for an unknown name, and what was probably meant', async () => {
    const registry = withCatalog()
    registry.addPlugin(plugin(catalog('puppet')), { package: 'b' })
    const error = await refusal(() => registry.find('catalog', 'pupet', 'choirmaster.yaml:2:3'))
    expect(error.code).toBe('provider-unknown')
    expect(error.message).toBe('There is no catalog named "pupet"; there are cmdb, puppet')
    expect(error.hint).toBe('Did you mean puppet?')
    expect(error.place).toBe('choirmaster.yaml:2:3')
    const none = await refusal(() => registry.find('reporter', 'html'))
    expect(none.message).toContain('there is none')
    expect(none.hint).toContain('plugins')
  })

  it('refuses a name that two packages provide, naming both', async () => {
    const registry = withCatalog()
    const error = await refusal(() => {
      registry.addPlugin(plugin(catalog()), {
        package: './local.js',
        place: 'choirmaster.yaml:10:5',
      })
    })
    expect(error.code).toBe('provider-duplicate')
    expect(error.message).toContain('by choirmaster-cmdb and by ./local.js')
    expect(error.place).toBe('choirmaster.yaml:10:5')
  })

  it('takes the same name for different kinds', () => {
    const registry = withCatalog()
    registry.addPlugin(plugin(catalog('cmdb', { kind: 'reporter' })), from)
    expect(registry.names('reporter')).toEqual(['cmdb'])
  })
})

describe('the contract', () => {
  it.each([
    [2, 'Install a newer choirmaster'],
    [0, 'Install a newer version of choirmaster-cmdb'],
  ])('refuses version %i, naming the package and both versions', async (contract, hint) => {
    const other = { ...plugin(catalog()), contract }
    const error = await refusal(() => createRegistry().addPlugin(other, from))
    expect(error.code).toBe('plugin-contract')
    expect(error.message).toBe(
      `The plugin choirmaster-cmdb keeps contract ${contract}; this choirmaster keeps contract 1`,
    )
    expect(error.hint).toContain(hint)
    expect(error.place).toBe('choirmaster.yaml:9:5')
  })

  it.each<[string, unknown, string]>([
    ['nothing', undefined, 'no default export'],
    ['a function', () => undefined, 'no default export'],
    ['a list', [], 'no default export'],
    ['no contract', { name: 'x', providers: [] }, 'contract: 1'],
    ['a contract in quotes', { contract: '1', name: 'x', providers: [] }, 'contract: 1'],
    ['no name', { contract: 1, providers: [] }, '`name`'],
    ['no list', { contract: 1, name: 'x', providers: {} }, '`providers`'],
    ['a null provider', { contract: 1, name: 'x', providers: [null] }, 'providers[0]'],
    ['an unknown kind', plugin(catalog('a', { kind: 'graph' })), '"graph"; there are catalog'],
    ['a kind of the prototype', plugin(catalog('a', { kind: 'toString' })), '"toString"'],
    ['a name with capitals', plugin(catalog('CMDB')), '"CMDB"'],
    ['a name with a dot', plugin(catalog('a.b')), '"a.b"'],
    ['no summary', plugin(catalog('a', { summary: undefined })), '`summary`'],
    ['no options', plugin(catalog('a', { options: undefined })), 'options schema'],
    ['bare options', plugin(catalog('a', { options: { type: 'object' } })), 'options schema'],
    ['no open', plugin(catalog('a', { open: 1 })), '`open`'],
  ])('refuses %s', async (_case, exported, what) => {
    const error = await refusal(() => createRegistry().addPlugin(exported, from))
    expect(error.code).toBe('plugin-invalid')
    expect(error.message).toContain('choirmaster-cmdb')
    expect(error.message).toContain(what)
  })
})

describe('preparing providers', () => {
  it('validates the options of all of them before any is opened', async () => {
    let opened = 0
    const registry = withCatalog({ open: () => Promise.resolve(void opened++) })
    const store = catalog('disk', { kind: 'store' })
    registry.addPlugin(plugin(store), from)
    const error = await refusal(() =>
      prepareProviders(registry, [
        choice('cmdb', { url: 7, retires: 3 }),
        choice('disk', {}, 'store'),
      ]),
    )
    expect(opened).toBe(0)
    expect(error.code).toBe('provider-options')
    expect(error.problems.map(({ place }) => place).sort()).toEqual([
      '--set catalog.retires',
      '--set catalog.url',
      '--set store',
    ])
    expect(error.problems.map(({ message }) => message)).toContain(
      'catalog cmdb: catalog.url must be a string, not a number',
    )
  })

  it('gives what opens', async () => {
    const [ready] = await prepareProviders(withCatalog(), [choice('cmdb', { url: 'https://c' })])
    const source = await ready?.open({} as Host & never, { signal: new AbortController().signal })
    expect(source).toHaveProperty('environment')
  })

  it('passes coded errors of a provider on, of whatever copy of core', async () => {
    const coded = Object.assign(new Error('no'), { code: 'cmdb-away', hint: 'wait', problems: [] })
    const registry = withCatalog({ open: () => Promise.reject(coded) })
    const [ready] = await prepareProviders(registry, [choice('cmdb', { url: 'https://c' })])
    const opening = ready?.open({} as Host & never, { signal: new AbortController().signal })
    await expect(opening).rejects.toBe(coded)
  })

  it.each<[string, object, string]>([
    [
      'throws',
      {
        open: () => {
          throw new TypeError('x is undefined')
        },
      },
      'x is undefined',
    ],
    ['opens nothing', { open: () => Promise.resolve(undefined) }, 'no function `environment`'],
    ['opens less than its kind', { open: () => Promise.resolve({}) }, 'no function `environment`'],
  ])('says whose fault it is when a provider %s', async (_case, more, what) => {
    const [ready] = await prepareProviders(withCatalog(more), [choice('cmdb', { url: 'u' })])
    const error = await refusal(() =>
      ready?.open({} as Host & never, { signal: new AbortController().signal }),
    )
    expect(error.code).toBe('plugin-invalid')
    expect(error.message).toContain('catalog cmdb of choirmaster-cmdb')
    expect(error.message).toContain(what)
    expect(error).not.toBeInstanceOf(InternalError)
  })

  it('says whose fault an unusable options schema is', async () => {
    const registry = withCatalog({ options: schema({ type: 'strnig' }) })
    const error = await refusal(() => prepareProviders(registry, [choice('cmdb', {})]))
    expect(error.code).toBe('plugin-invalid')
    expect(error.message).toContain('choirmaster-cmdb')
  })
})
