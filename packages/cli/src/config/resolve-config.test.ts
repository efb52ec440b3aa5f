import { DEFAULT_FAILURES, DEFAULT_OPTIONS } from '@choirmaster/core'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { choice, cwd, refusal, resolveConfig, resolved, write } from './config.test.helper.js'
import { choicesFor } from './resolve-config.js'

/** Of how many nodes a percentage is, only the plan knows. */
const { budgets: _, ...failures } = DEFAULT_FAILURES
const DEFAULTS = { ...DEFAULT_OPTIONS, failures }

describe('the configuration', () => {
  it('without file and flags is the defaults', async () => {
    const config = await resolveConfig(cwd.path)
    expect(config.file).toBeUndefined()
    expect(config.environment).toBeUndefined()
    expect(config.engine).toEqual(DEFAULTS)
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
  failures: { max: 5%, scope: application, retries: 2, retry_pause: 1m }
  gate:
    answer: 20m
    timeout: 30s
    checks:
      - { for: 'Lamp::Mysql', tcp: 3306 }
      - command: [ready, '{node}']
  until: 04:00
  limits: { run: 2h, start: 90s, poll: 2.5, silence: 500ms }
`)
    expect(config.file).toBe('choirmaster.yaml')
    expect(config.environment).toBe('staging')
    expect(config.color).toBe('never')
    expect(config.enforceEnvironment).toBe(true)
    expect(config.engine).toEqual({
      order: 'groups',
      width: 40,
      batch: 5,
      keepDisabled: 'all',
      unready: 'skip',
      acceptUnverified: true,
      failures: {
        scope: 'application',
        onFailure: 'stop',
        maxFailures: '5%',
        retries: 2,
        retryPause: 60_000,
      },
      gate: {
        answer: 1_200_000,
        check: 30_000,
        checks: [
          { of: 'Lamp::Mysql', probe: { tcp: 3306 } },
          { of: null, probe: { command: ['ready', '{node}'] } },
        ],
      },
      until: '04:00',
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
      baseDir: cwd.path,
    })
  })

  it('may be empty, or JSON', async () => {
    expect((await resolved('')).engine).toEqual(DEFAULTS)
    expect((await resolved('# nothing yet\n')).file).toBe('choirmaster.yaml')
    await write('c.json', '{"run": {"batch": 3}}')
    expect((await resolveConfig(cwd.path, { config: 'c.json' })).engine.batch).toBe(3)
  })

  it('is never picked up from a parent folder, as it can name code', async () => {
    await write('choirmaster.yaml', 'run: { batch: 5 }')
    await mkdir(join(cwd.path, 'below'))
    const config = await resolveConfig(join(cwd.path, 'below'))
    expect(config.file).toBeUndefined()
    expect(config.engine.batch).toBeUndefined()
  })

  it('of --config takes the place of the one in the current folder', async () => {
    await write('choirmaster.yaml', 'run: { batch: 5 }')
    await write(
      'conf/other.yaml',
      'run: { width: 7 }\nplugins: [./p.js]\ncatalog: {use: file, path: s}',
    )
    const config = await resolveConfig(cwd.path, { config: 'conf/other.yaml' })
    expect(config.engine).toEqual({ ...DEFAULTS, width: 7 })
    expect(config.plugins).toEqual([
      { specifier: './p.js', folder: join(cwd.path, 'conf'), place: 'conf/other.yaml:2:11' },
    ])
    expect(choice(config, 'catalog')?.baseDir).toBe(join(cwd.path, 'conf'))
    expect(choice(config, 'transport')?.baseDir).toBe(cwd.path)
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
    const config = await resolveConfig(cwd.path, { config: 'conf/c.yaml', site: 'b.yaml' })
    expect(choice(config, 'catalog')).toMatchObject({
      name: 'file',
      options: { path: 'b.yaml' },
      baseDir: cwd.path,
      place: '--site',
    })
    const both = await resolveConfig(cwd.path, { site: 'b.yaml', catalog: 'file' })
    expect(choice(both, 'catalog')?.options).toEqual({ path: 'b.yaml' })
  })

  it('--fresh and --max-age are options of the source', async () => {
    const flags = { catalog: 'puppetdb', fresh: true, 'max-age': '90m' }
    const config = await resolveConfig(cwd.path, flags)
    expect(choice(config, 'catalog')).toMatchObject({
      name: 'puppetdb',
      options: { fresh: true, maxAge: 5400 },
    })
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

describe('without a catalog source', () => {
  it('the sources are named, and which Puppet each serves', async () => {
    const config = await resolveConfig(cwd.path)
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
      '--catalog puppetdb',
    ]) {
      expect(error.message).toContain(part)
    }
    expect(error.place).toBe('--catalog')
  })
})
