import { loadValidator } from '@choirmaster/core'
import { describe, expect, it } from 'vitest'
import { puppetCatalogOptions } from './options.js'

const violations = async (options: unknown) =>
  (await loadValidator()).violations(puppetCatalogOptions, options)

describe('the options', () => {
  it('are all optional', async () => {
    expect(await violations({})).toEqual([])
  })

  it('take what each is for', async () => {
    const options = {
      url: 'https://puppet.example.net:8140',
      certname: 'rip.mcollective',
      ssldir: '~/ssl',
      certificate: 'a.pem',
      key: 'b.pem',
      ca: 'c.pem',
      crl: 'd.pem',
      timeout: 0.5,
      choriaConfig: 'client.conf',
    }
    expect(await violations(options)).toEqual([])
  })

  it.each([
    'http://puppet:8080',
    'https://puppet:65536',
    'https://puppet:0',
    'https://',
    'https://rip:secret@puppet',
    'https://puppet/production',
    'https://puppet?x',
    'ftp://puppet',
    'a b',
    '',
  ])('refuse the url %j', async (url) => {
    const [only, ...others] = await violations({ url })
    expect(others).toEqual([])
    expect(only?.path).toEqual(['url'])
    expect(only?.message).toContain('https://puppet.example.net:8140')
  })

  it.each([
    { timeout: 0 },
    { timeout: 86_401 },
    { timeout: '5' },
    { certname: '../rip' },
    { ssldir: '' },
    { uri: 'https://puppet' },
  ])('refuse %j', async (options) => {
    expect(await violations(options)).toHaveLength(1)
  })
})
