import { describe, expect, it } from 'vitest'
import { loadRegistry } from '../plugins/load-registry.js'
import { refusal, resolved, write } from './config.test.helper.js'
import { explainConfig, type ConfigRow } from './explain.js'
import type { ResolvedConfig } from './resolve-config.js'

async function rows(config: ResolvedConfig): Promise<Map<string, ConfigRow>> {
  const registry = await loadRegistry(config)
  return new Map((await explainConfig(config, registry)).map((row) => [row.key, row]))
}

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
        'run.order',
        'run.width',
        'run.batch',
        'run.canary',
        'run.limits.start',
      ]),
    ).toEqual([
      ['environment', null, 'default'],
      ['catalog.use', 'puppet', 'choirmaster.yaml:2:3'],
      ['catalog.certname', 'me', 'choirmaster.yaml:3:3'],
      ['catalog.url', 'https://p:8140', '--set catalog.url'],
      ['catalog.timeout', 300, 'default'],
      ['transport.use', 'simulator', 'no Choria configuration found'],
      ['run.order', 'groups', 'default'],
      ['run.width', 9, 'choirmaster.yaml:5:3'],
      ['run.batch', 2, '--batch'],
      ['run.canary', null, 'default'],
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
    expect([...shown.keys()].filter((key) => key.startsWith('run.')).slice(0, 6)).toEqual([
      'run.order',
      'run.width',
      'run.batch',
      'run.canary',
      'run.keep_disabled',
      'run.unready',
    ])
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
