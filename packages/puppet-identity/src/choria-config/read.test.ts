import { describe, expect, it } from 'vitest'
import { failure, fakeSystem } from '../../test/fake-system.js'
import { parseChoriaConfig } from './parse.js'
import { readChoriaConfig } from './read.js'
import { booleanSetting, pathSetting, portSetting } from './values.js'

describe('parseChoriaConfig', () => {
  it('reads key = value lines as Choria does and says where each was found', () => {
    const text = [
      '# comment = no',
      '',
      '  main_collective=eu  ',
      'plugin.choria.srv_domain = example.net # part of the value',
      'no assignment',
      'empty =',
      '= nothing',
      'url = https://x/?a=b',
      'ttl = 60\r',
      'ttl = 30',
      'TTL = 10',
    ].join('\n')
    expect(Object.fromEntries(parseChoriaConfig(text, '/c'))).toEqual({
      main_collective: { value: 'eu', origin: '/c:3' },
      'plugin.choria.srv_domain': { value: 'example.net # part of the value', origin: '/c:4' },
      url: { value: 'https://x/?a=b', origin: '/c:8' },
      ttl: { value: '30', origin: '/c:10' },
      TTL: { value: '10', origin: '/c:11' },
    })
  })
})

describe('readChoriaConfig', () => {
  const order = [
    '/home/rip/.choriarc',
    '/home/rip/.mcollective',
    '/etc/choria/client.conf',
    '/usr/local/etc/choria/client.conf',
    '/etc/puppetlabs/mcollective/client.cfg',
  ]

  it.each(order.map((file, index) => [file, index] as const))(
    'takes %s when nothing before it exists',
    async (file, index) => {
      const files = Object.fromEntries(
        order.slice(index).map((name) => [name, `identity = ${name}`]),
      )
      const config = await readChoriaConfig(fakeSystem(files))
      expect(config.files).toEqual([file])
      expect(config.settings.get('identity')).toEqual({ value: file, origin: `${file}:1` })
    },
  )

  it('takes the named file alone in place of the search, relative to the working directory', async () => {
    const files = { '/home/rip/.choriarc': 'a = 1', '/srv/x/other.conf': 'a = 2' }
    const system = fakeSystem(files, { cwd: '/srv/x' })
    expect((await readChoriaConfig(system, 'other.conf')).files).toEqual(['/srv/x/other.conf'])
    expect((await readChoriaConfig(system, '~/.choriarc')).files).toEqual(['/home/rip/.choriarc'])
  })

  it('is empty without any file', async () => {
    expect(await readChoriaConfig(fakeSystem())).toEqual({ files: [], settings: new Map() })
  })

  it('reads plugin.d/choria.cfg beside a system file, with its prefix, and lets it override', async () => {
    const config = await readChoriaConfig(
      fakeSystem({
        '/etc/choria/client.conf': 'plugin.choria.ssldir = /a\nplugin.choria.use_srv = 0',
        '/etc/choria/plugin.d/choria.cfg': '\nssldir = /b',
      }),
    )
    expect(config.settings.get('plugin.choria.ssldir')).toEqual({
      value: '/b',
      origin: '/etc/choria/plugin.d/choria.cfg:2',
    })
    expect(config.settings.get('plugin.choria.use_srv')?.value).toBe('0')
  })

  it('leaves plugin.d beside a file in the home folder alone', async () => {
    const files = { '/home/rip/.choriarc': 'a = 1', '/home/rip/plugin.d/choria.cfg': 'ssldir = /b' }
    expect((await readChoriaConfig(fakeSystem(files))).files).toEqual(['/home/rip/.choriarc'])
  })

  it('lets the choria.conf of the nearest folder win', async () => {
    const files = {
      '/home/rip/.choriarc': 'a = main\nb = main\nc = main',
      '/srv/choria.conf': 'b = srv\nc = srv',
      '/srv/site/choria.conf': 'c = site',
    }
    const { settings } = await readChoriaConfig(fakeSystem(files, { cwd: '/srv/site' }))
    expect([...settings.values()].map(({ value }) => value)).toEqual(['main', 'srv', 'site'])
  })

  it('names a file that was asked for and is not there', async () => {
    expect(await failure(readChoriaConfig(fakeSystem(), '/nope'))).toMatchObject({
      code: 'identity-config-unreadable',
      place: '/nope',
    })
  })

  it('names a file that cannot be read, rather than going on to the next', async () => {
    const files = { '/home/rip/.choriarc': new Error('EACCES'), '/etc/choria/client.conf': 'a = 1' }
    expect(await failure(readChoriaConfig(fakeSystem(files)))).toMatchObject({
      code: 'identity-config-unreadable',
      place: '/home/rip/.choriarc',
    })
  })
})

describe('typed settings', () => {
  const settings = (value: string) => parseChoriaConfig(`key = ${value}`, '/c')

  it.each(['1', 'yes', 'true', 'y', 't', 'Yes'])('%s is yes', (word) => {
    expect(booleanSetting(settings(word), 'key', false)).toBe(true)
  })
  it.each(['0', 'no', 'false', 'n', 'f'])('%s is no', (word) => {
    expect(booleanSetting(settings(word), 'key', true)).toBe(false)
  })
  it('another word for a boolean is an error at its line', () => {
    expect(() => booleanSetting(settings('maybe'), 'key', true)).toThrow(
      expect.objectContaining({ code: 'identity-config-value', place: '/c:1' }),
    )
  })
  it.each(['0', '65536', '81a', '-1', '1e3', '0x10'])('%s is no port', (text) => {
    expect(() => portSetting(settings(text), 'key')).toThrow(
      expect.objectContaining({ code: 'identity-config-value' }),
    )
  })
  it.each([
    ['~/ssl', '/home/rip/ssl'],
    ['~', '/home/rip'],
    ['/etc/~x', '/etc/~x'],
    ['rel', '/srv/rel'],
  ])('the path %s is %s', (text, path) => {
    const system = fakeSystem({}, { cwd: '/srv' })
    expect(pathSetting(settings(text), 'key', system)).toEqual({ value: path, origin: '/c:1' })
  })
})
