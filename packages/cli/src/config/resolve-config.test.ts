import { DEFAULT_OPTIONS, isCodedError, type CodedError } from '@choirmaster/core'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadRegistry } from '../plugins/load-registry.js'
import { explainConfig, type ConfigRow } from './explain.js'
import type { ConfigFlags } from './flag-settings.js'
import type { ProviderChoice } from './providers.js'
import { choicesFor, resolveConfig, type ResolvedConfig } from './resolve-config.js'

let cwd = ''
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'choirmaster-config-'))
})
afterEach(() => rm(cwd, { recursive: true }))

async function write(file: string, text: string): Promise<void> {
  await mkdir(dirname(join(cwd, file)), { recursive: true })
  await writeFile(join(cwd, file), text)
}

async function resolved(text: string, flags: ConfigFlags = {}): Promise<ResolvedConfig> {
  await write('choirmaster.yaml', text)
  return resolveConfig(cwd, flags)
}

function choice(config: ResolvedConfig, kind: string): ProviderChoice | undefined {
  return config.choices.find((one) => one.kind === kind)
}

async function refusal(work: Promise<unknown>): Promise<CodedError> {
  try {
    await work
  } catch (error) {
    if (isCodedError(error)) return error
    throw error
  }
  throw new Error('accepted')
}

async function rows(config: ResolvedConfig): Promise<Map<string, ConfigRow>> {
  const registry = await loadRegistry(config)
  return new Map((await explainConfig(config, registry)).map((row) => [row.key, row]))
}

describe('the configuration', () => {
  it('without file and flags is the defaults', async () => {
    const config = await resolveConfig(cwd)
    expect(config.file).toBeUndefined()
    expect(config.environment).toBeUndefined()
    expect(config.engine).toEqual(DEFAULT_OPTIONS)
    expect(config.choices.map(({ kind, name }) => [kind, name])).toEqual([
      ['transport', 'simulator'],
      ['agent', 'puppet'],
      ['store', 'file'],
    ])
    expect(config.enforceEnvironment).toBe(false)
    expect(config.color).toBe('auto')
  })

  it('is read from choirmaster.yaml in the current folder', async () => {
    const config = await resolved(`
schema: choirmaster.config/1
environment: staging
catalog: { use: puppet, url: "https://puppet.example.net:8140" }
store: file
color: never
run:
  batch: 5
  width: 40
  keep_disabled: all
  unready: skip
  accept_unverified: true
  enforce_environment: true
  limits: { run: 2h, start: 90s, poll: 2.5, silence: 500ms }
`)
    expect(config.file).toBe('choirmaster.yaml')
    expect(config.environment).toBe('staging')
    expect(config.color).toBe('never')
    expect(config.enforceEnvironment).toBe(true)
    expect(config.engine).toEqual({
      width: 40,
      batch: 5,
      keepDisabled: 'all',
      unready: 'skip',
      acceptUnverified: true,
      run: { noop: false },
      limits: {
        ...DEFAULT_OPTIONS.limits,
        run: 7_200_000,
        start: 90_000,
        poll: 2500,
        silence: 500,
      },
    })
    expect(choice(config, 'catalog')).toMatchObject({
      name: 'puppet',
      options: { url: 'https://puppet.example.net:8140' },
      baseDir: cwd,
    })
  })

  it('may be empty, or JSON', async () => {
    expect((await resolved('')).engine).toEqual(DEFAULT_OPTIONS)
    expect((await resolved('# nothing yet\n')).file).toBe('choirmaster.yaml')
    await write('c.json', '{"run": {"batch": 3}}')
    expect((await resolveConfig(cwd, { config: 'c.json' })).engine.batch).toBe(3)
  })

  it('is never picked up from a parent folder, as it can name code', async () => {
    await write('choirmaster.yaml', 'run: { batch: 5 }')
    await mkdir(join(cwd, 'below'))
    const config = await resolveConfig(join(cwd, 'below'))
    expect(config.file).toBeUndefined()
    expect(config.engine.batch).toBeUndefined()
  })

  it('of --config takes the place of the one in the current folder', async () => {
    await write('choirmaster.yaml', 'run: { batch: 5 }')
    await write(
      'conf/other.yaml',
      'run: { width: 7 }\nplugins: [./p.js]\ncatalog: {use: file, path: s}',
    )
    const config = await resolveConfig(cwd, { config: 'conf/other.yaml' })
    expect(config.engine).toEqual({ ...DEFAULT_OPTIONS, width: 7 })
    expect(config.plugins).toEqual([
      { specifier: './p.js', folder: join(cwd, 'conf'), place: 'conf/other.yaml:2:11' },
    ])
    expect(choice(config, 'catalog')?.baseDir).toBe(join(cwd, 'conf'))
    expect(choice(config, 'transport')?.baseDir).toBe(cwd)
  })

  it('is overridden by flags, and flags by --set', async () => {
    const config = await resolved('environment: a\nrun: {batch: 5, unready: skip}', {
      environment: 'b',
      batch: 2,
      catalog: 'puppet',
      set: [
        'catalog.url=https://a:8140',
        'catalog.timeout=5',
        'transport.seed=7',
        'catalog.url=https://b:8140',
      ],
    })
    expect(config.environment).toBe('b')
    expect(config.engine.batch).toBe(2)
    expect(config.engine.unready).toBe('skip')
    expect(choice(config, 'catalog')?.options).toEqual({ url: 'https://b:8140', timeout: 5 })
    expect(choice(config, 'transport')?.options).toEqual({ seed: 7 })
  })

  it('drops the options of a provider when a flag names another', async () => {
    const text = 'catalog: { use: file, path: site.yaml }\ntransport: { seed: 3 }'
    const other = await resolved(text, { catalog: 'puppet', transport: 'nats' })
    expect(choice(other, 'catalog')?.options).toEqual({})
    expect(choice(other, 'transport')).toMatchObject({ name: 'nats', options: {} })
    const same = await resolved(text, { catalog: 'file', transport: 'simulator' })
    expect(choice(same, 'catalog')?.options).toEqual({ path: 'site.yaml' })
    expect(choice(same, 'transport')?.options).toEqual({ seed: 3 })
  })

  it('takes --site as the file source with this path, from the current folder', async () => {
    await write('conf/c.yaml', 'catalog: { use: file, path: a.yaml }')
    const config = await resolveConfig(cwd, { config: 'conf/c.yaml', site: 'b.yaml' })
    expect(choice(config, 'catalog')).toMatchObject({
      name: 'file',
      options: { path: 'b.yaml' },
      baseDir: cwd,
      place: '--site',
    })
    const both = await resolveConfig(cwd, { site: 'b.yaml', catalog: 'file' })
    expect(choice(both, 'catalog')?.options).toEqual({ path: 'b.yaml' })
  })

  it('takes several reporters, in order', async () => {
    const config = await resolved('reporters:\n  - html\n  - use: slack\n    channel: ops\n', {
      set: ['reporter.html.path=out.html', 'reporter.slack.channel=dev', 'reporter.log.level=3'],
    })
    const reporters = config.choices.filter(({ kind }) => kind === 'reporter')
    expect(reporters.map(({ name, options, place }) => [name, options, place])).toEqual([
      ['html', { path: 'out.html' }, 'choirmaster.yaml:2:5'],
      ['slack', { channel: 'dev' }, 'choirmaster.yaml:3:5'],
      ['log', { level: 3 }, '--set reporter.log.level'],
    ])
  })

  it('knows where each option stands', async () => {
    const config = await resolved('catalog:\n  use: cmdb\n  tls:\n    ca: x\n  tags: [a, b]\n', {
      set: ['catalog.tls.key=k'],
    })
    const catalog = choice(config, 'catalog')
    expect(catalog?.place).toBe('choirmaster.yaml:2:3')
    expect(catalog?.locate(['tls', 'ca'])).toBe('choirmaster.yaml:4:5')
    expect(catalog?.locate(['tags', 1])).toBe('choirmaster.yaml:5:13')
    expect(catalog?.locate(['tls', 'key'])).toBe('--set catalog.tls.key')
    expect(catalog?.locate(['tls'])).toBe('choirmaster.yaml:4:5')
    expect(catalog?.locate([])).toBe('choirmaster.yaml:2:3')
    expect(catalog?.options).toEqual({ tls: { ca: 'x', key: 'k' }, tags: ['a', 'b'] })
  })
})

describe('--set', () => {
  const value = async (text: string): Promise<unknown> => {
    const config = await resolveConfig(cwd, { set: [`catalog.use=x`, `catalog.o=${text}`] })
    return choice(config, 'catalog')?.options.o
  }

  it.each<[string, unknown]>([
    ['https://puppet:8140', 'https://puppet:8140'],
    ['5', 5],
    ['true', true],
    ['null', null],
    ['"5"', '5'],
    ['["a", 1]', ['a', 1]],
    ['a=b', 'a=b'],
    ['', ''],
    ['007', '007'],
    ['yes', 'yes'],
    ['a # b', 'a # b'],
    ['[a, b]', '[a, b]'],
  ])('takes %j', async (text, expected) => {
    expect(await value(text)).toEqual(expected)
  })

  it('takes ./ and ../ as paths from the current folder', async () => {
    expect(await value('./s.yaml')).toBe(join(cwd, 's.yaml'))
    expect(await value('../s.yaml')).toBe(join(dirname(cwd), 's.yaml'))
  })

  it('cannot reach the prototype of objects', async () => {
    const config = await resolveConfig(cwd, {
      set: ['catalog.use=x', 'catalog.__proto__.polluted=1'],
    })
    expect(Object.keys(choice(config, 'catalog')?.options ?? {})).toEqual(['__proto__'])
    expect(({} as { polluted?: number }).polluted).toBeUndefined()
  })

  it('lets the later one win where two contradict each other', async () => {
    const set = ['catalog.use=x', 'catalog.tls=true', 'catalog.tls.ca=a']
    expect(choice(await resolveConfig(cwd, { set }), 'catalog')?.options).toEqual({
      tls: { ca: 'a' },
    })
    const turned = ['catalog.use=x', 'catalog.tls.ca=a', 'catalog.tls=true']
    expect(choice(await resolveConfig(cwd, { set: turned }), 'catalog')?.options).toEqual({
      tls: true,
    })
  })

  it.each<[string, string, string]>([
    ['cataolg.url=x', 'there is no "cataolg"', 'catalog'],
    ['run.batch=5', 'there are catalog, transport, agent, store, reporter', 'KIND'],
    ['=x', 'there is no ""', 'KIND'],
    ['catalog.url', 'has no =VALUE', 'KIND'],
    ['catalog', 'has no =VALUE', 'KIND'],
    ['catalog=puppet', 'does not name an option', 'KIND'],
    ['catalog.=x', 'does not name an option', 'KIND'],
    ['catalog..x=y', 'does not name an option', 'KIND'],
    ['reporter.path=x', 'which reporter', 'reporter.NAME'],
  ])('refuses %s', async (text, message, hint) => {
    const error = await refusal(resolveConfig(cwd, { set: [text] }))
    expect(error.code).toBe('config-set')
    expect(error.message).toContain(message)
    expect(error.hint).toContain(hint)
    expect(error.place).toBe(`--set ${text.split('=')[0] ?? ''}`)
  })

  it('never shows the value in an error', async () => {
    const error = await refusal(resolveConfig(cwd, { set: ['catlog.password=hunter2'] }))
    expect(JSON.stringify([error.message, error.place, error.hint])).not.toContain('hunter2')
  })
})

describe('a configuration that cannot be used', () => {
  it.each<[string, string, string, string, string?]>([
    ['broken YAML', 'run: {batch: 5', 'document-syntax', 'choirmaster.yaml:1:15'],
    [
      'a duplicate key',
      'color: auto\ncolor: never',
      'document-duplicate-key',
      'choirmaster.yaml:2:1',
    ],
    ['two documents', 'color: auto\n---\n', 'document-several', 'choirmaster.yaml:2:1'],
    ['a list', '- a', 'config-invalid', 'choirmaster.yaml:1:1'],
    ['a text', 'batch', 'config-invalid', 'choirmaster.yaml:1:1'],
    ['another version', 'schema: choirmaster.config/2', 'config-invalid', 'choirmaster.yaml:1:1'],
    ['an unknown key', '\nenviroment: x', 'config-invalid', 'choirmaster.yaml:2:1', 'environment'],
    ['a key of the prototype', 'constructor: x', 'config-invalid', 'choirmaster.yaml:1:1'],
    ['an environment with a dash', 'environment: a-b', 'config-invalid', 'choirmaster.yaml:1:1'],
    ['an environment that is a number', 'environment: 5', 'config-invalid', 'choirmaster.yaml:1:1'],
    ['a catalog without value', 'catalog:', 'config-invalid', 'choirmaster.yaml:1:1'],
    ['a catalog that is a list', 'catalog: [file]', 'config-invalid', 'choirmaster.yaml:1:1'],
    ['a use that is a list', 'catalog: {use: [a]}', 'config-invalid', 'choirmaster.yaml:1:11'],
    ['plugins that are a text', 'plugins: a', 'config-invalid', 'choirmaster.yaml:1:1'],
    [
      'a plugin that is a number',
      'plugins:\n  - a\n  - 5',
      'config-invalid',
      'choirmaster.yaml:3:5',
    ],
    ['reporters that are a text', 'reporters: html', 'config-invalid', 'choirmaster.yaml:1:1'],
    [
      'a reporter without a name',
      'reporters: [{path: x}]',
      'config-invalid',
      'choirmaster.yaml:1:13',
    ],
    ['a reporter twice', 'reporters: [html, html]', 'config-invalid', 'choirmaster.yaml:1:19'],
    ['an unknown run key', 'run:\n  bacth: 5', 'config-invalid', 'choirmaster.yaml:2:3', 'batch'],
    ['a batch of none', 'run: {batch: 0}', 'config-invalid', 'choirmaster.yaml:1:7'],
    ['a batch in quotes', 'run: {batch: "5"}', 'config-invalid', 'choirmaster.yaml:1:7'],
    ['half a node', 'run: {width: 1.5}', 'config-invalid', 'choirmaster.yaml:1:7'],
    ['an unknown choice', 'run: {unready: ignore}', 'config-invalid', 'choirmaster.yaml:1:7'],
    ['an unknown rule', 'run: {keep_disabled: some}', 'config-invalid', 'choirmaster.yaml:1:7'],
    ['a word for true', 'run: {accept_unverified: yes}', 'config-invalid', 'choirmaster.yaml:1:7'],
    [
      'a limit without unit',
      'run: {limits: {run: "60"}}',
      'config-invalid',
      'choirmaster.yaml:1:16',
    ],
    ['a limit in days', 'run: {limits: {run: 1d}}', 'config-invalid', 'choirmaster.yaml:1:16'],
    ['a limit below zero', 'run: {limits: {run: -1}}', 'config-invalid', 'choirmaster.yaml:1:16'],
    [
      'an unknown limit',
      'run:\n  limits:\n    pol: 1s',
      'config-invalid',
      'choirmaster.yaml:3:5',
      'poll',
    ],
    ['a colour', 'color: red', 'config-invalid', 'choirmaster.yaml:1:1'],
  ])('is refused with its place: %s', async (_case, text, code, place, meant) => {
    const error = await refusal(resolved(text))
    expect({ code: error.code, place: error.place }).toEqual({ code, place })
    expect(error.exit).toBe(1)
    expect(error.hint).not.toBe('')
    if (meant !== undefined) expect(error.hint).toContain(`Did you mean ${meant}?`)
  })

  it('is told with all that is wrong at once', async () => {
    const error = await refusal(resolved('colour: red\nrun: {batch: 0, widht: 3}\n'))
    expect(error.problems.map(({ place }) => place).sort()).toEqual([
      'choirmaster.yaml:1:1',
      'choirmaster.yaml:2:17',
      'choirmaster.yaml:2:7',
    ])
  })

  it('is one that --config names and that is not there', async () => {
    const error = await refusal(resolveConfig(cwd, { config: 'nothing.yaml' }))
    expect(error.code).toBe('document-not-found')
    expect(error.place).toBe('nothing.yaml')
  })

  it('is a folder', async () => {
    await mkdir(join(cwd, 'choirmaster.yaml'))
    expect((await refusal(resolveConfig(cwd))).code).toBe('document-unreadable')
  })

  it.each<[ConfigFlags, string, string]>([
    [{ batch: 0 }, 'config-invalid', '--batch'],
    [{ unready: 'perhaps' }, 'config-invalid', '--unready'],
    [{ 'keep-disabled': 'some' }, 'config-invalid', '--keep-disabled'],
    [{ environment: 'a b' }, 'config-invalid', '--environment'],
    [{ environment: '' }, 'config-invalid', '--environment'],
    [{ site: 's.yaml', catalog: 'puppet' }, 'config-conflict', '--site'],
  ])('comes from flags: %j', async (flags, code, place) => {
    const error = await refusal(resolveConfig(cwd, flags))
    expect({ code: error.code, place: error.place }).toEqual({ code, place })
  })
})

describe('without a catalog source', () => {
  it('the sources are named, and which Puppet each serves', async () => {
    const config = await resolveConfig(cwd)
    expect(choicesFor(config, ['store']).map(({ kind }) => kind)).toEqual(['store'])
    const error = await refusal(
      Promise.resolve().then(() => choicesFor(config, ['catalog', 'store'])),
    )
    expect(error.code).toBe('config-no-catalog')
    expect(error.exit).toBe(1)
    for (const part of [
      'file',
      'puppet',
      'puppetdb',
      'Puppet 4.3 to 6',
      'OpenVox 8',
      'not built in yet',
    ]) {
      expect(error.message).toContain(part)
    }
    expect(error.place).toBe('--catalog')
  })
})

describe('what is in force', () => {
  it('is shown with where it comes from', async () => {
    const config = await resolved('catalog:\n  use: puppet\n  certname: me\nrun:\n  width: 9\n', {
      batch: 2,
      set: ['catalog.url=https://p:8140'],
    })
    const shown = await rows(config)
    const origins = (keys: readonly string[]): unknown =>
      keys.map((key) => [key, shown.get(key)?.value, shown.get(key)?.origin])
    expect(
      origins([
        'environment',
        'catalog.use',
        'catalog.certname',
        'catalog.url',
        'catalog.timeout',
        'transport.use',
        'run.width',
        'run.batch',
        'run.limits.start',
      ]),
    ).toEqual([
      ['environment', null, 'default'],
      ['catalog.use', 'puppet', 'choirmaster.yaml:2:3'],
      ['catalog.certname', 'me', 'choirmaster.yaml:3:3'],
      ['catalog.url', 'https://p:8140', '--set catalog.url'],
      ['catalog.timeout', 300, 'default'],
      ['transport.use', 'simulator', 'default'],
      ['run.width', 9, 'choirmaster.yaml:5:3'],
      ['run.batch', 2, '--batch'],
      ['run.limits.start', '2m', 'default'],
    ])
    const keys = [...shown.keys()].map((key) => key.split('.')[0])
    expect([...new Set(keys)]).toEqual([
      'environment',
      'catalog',
      'transport',
      'agent',
      'store',
      'run',
      'color',
    ])
    expect(keys).toEqual([...keys].sort((a, b) => order(a) - order(b)))
    function order(key = ''): number {
      return ['environment', 'catalog', 'transport', 'agent', 'store', 'run', 'color'].indexOf(key)
    }
  })

  it('hides secrets', async () => {
    await write(
      'p.mjs',
      `export default { contract: 1, name: 'P', providers: [{ kind: 'catalog', name: 'cmdb', summary: '',
        options: { json: { type: 'object', properties: {
          pin: { type: 'string', writeOnly: true },
          auth: { type: 'object', properties: { code: { writeOnly: true } } } } } },
        open: () => ({}) }] }`,
    )
    const config = await resolved('plugins: [./p.mjs]\ncatalog: { use: cmdb, pin: s1, user: me }', {
      set: [
        'catalog.auth.code=s2',
        'catalog.auth.api_token=s3',
        'catalog.password=s4',
        'catalog.url=https://me:s5@cmdb/?a=b',
        'catalog.list=["https://me:s6@x", {"secret": "s7"}]',
      ],
    })
    const shown = await rows(config)
    expect(JSON.stringify([...shown.values()])).not.toMatch(/s[1-7]/)
    expect(shown.get('catalog.user')?.value).toBe('me')
    expect(shown.get('catalog.url')?.value).toBe('https://me:[redacted]@cmdb/?a=b')
  })

  it('cannot be shown for a provider that is not there', async () => {
    const error = await refusal(rows(await resolved('catalog: pupet')))
    expect(error.code).toBe('provider-unknown')
    expect(error.hint).toBe('Did you mean puppet?')
    expect(error.place).toBe('choirmaster.yaml:1:1')
  })
})
