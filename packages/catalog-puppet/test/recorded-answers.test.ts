import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { answer, document, environment, failure, recorded, serve } from './server.js'

/** What Puppet names as the place of what does not compile. */
const site = (name: string) => `/etc/puppetlabs/code/environments/${name}/manifests/site.pp`

async function failed(name: string, asked = name) {
  const { url } = await serve(recorded(name))
  return Object.assign(await failure({ options: { url }, environment: asked }), { url })
}

describe('a recorded 200 is the document', () => {
  it.each([
    ['lamp', 'production'],
    ['cycle', 'cycle'],
    ['cycle_component', 'cycle_component'],
    ['self_edge', 'self_edge'],
    ['cross_app', 'cross_app'],
    ['empty', 'empty'],
    ['empty_site', 'empty_site'],
    ['empty_application', 'empty_application'],
  ])('%s', async (name, asked) => {
    const { url } = await serve(recorded(name))
    expect(await environment({ options: { url }, environment: asked })).toEqual(document(name))
  })

  it.each([
    ['code_id', 'production', 'lamp', 'abc123'],
    ['code_id_digits', 'production', 'lamp', 20_161_103],
    ['environment_param', 'production', 'lamp', null],
    ['accept_text', 'empty', 'empty', null],
  ])('%s', async (name, asked, like, codeId) => {
    const { url } = await serve(recorded(name))
    expect(await environment({ options: { url }, environment: asked })).toEqual({
      ...(document(like) as object),
      code_id: codeId,
    })
  })

  it('what Puppet 4.10.12 answers where later versions refuse', async () => {
    const body = JSON.stringify(document('unknown_component-4.10.12'))
    const { url } = await serve(answer('200 OK', { 'Content-Type': 'application/json' }, body))
    const asked = { options: { url }, environment: 'unknown_component' }
    expect(await environment(asked)).toEqual(document('unknown_component-4.10.12'))
  })
})

describe("a recorded 500 is Puppet's own message with its place", () => {
  it.each([
    ['compile_error', 'Syntax error at end of input', site('compile_error')],
    ['no_node', 'components without assigned nodes: Lamp::Webapp[app1]', `${site('no_node')}:11`],
    ['two_nodes_one_component', 'assigns multiple nodes', `${site('two_nodes_one_component')}:8`],
    ['unknown_component', 'non-existent components', `${site('unknown_component')}:8`],
    ['unproduced', "Capability 'Sql[nobody]'", `${site('unproduced')}:3`],
    ['double_export', 'is exported by both', `${site('double_export')}:4`],
    ['plain_component', 'Only application components', `${site('plain_component')}:4`],
    ['resource_in_site', 'Only application components', `${site('resource_in_site')}:3`],
    ['subscribe_capability', "'subscribe' is not a valid", `${site('subscribe_capability')}:5`],
  ])('%s', async (name, text, place) => {
    const found = await failed(name)
    expect(found).toMatchObject({ code: 'puppet-compile-failed', place, exit: 1 })
    expect(found.message).toContain(text)
    expect(found.message).toContain(`"${name}"`)
    expect(found.message).not.toContain('Server Error')
  })

  it.each([
    ['compile_error_param', "expects a value for parameter 'db_user'"],
    ['nodes_missing', "expects a value for parameter 'nodes'"],
  ])('%s, which names no place', async (name, text) => {
    const found = await failed(name)
    expect(found.code).toBe('puppet-compile-failed')
    expect(found.message).toContain(text)
    expect(found.place).toBe(`${found.url}/puppet/v3/environment/${name}`)
  })
})

describe('a recorded refusal says what to do', () => {
  it.each(['denied_other_cert', 'denied_no_cert', 'puppetserver-7.9.5-forbidden'])(
    '%s: the certificate and the rule to add, in all three forms',
    async (name) => {
      const found = await failed(name, 'production')
      expect(found.code).toBe('puppet-forbidden')
      expect(found.message).toContain('rip.mcollective')
      expect(found.message).toContain('Forbidden request')
      expect(found.hint).toContain('allow: ["rip.mcollective"]')
      expect(found.hint).toContain("allow                => ['rip.mcollective']")
      expect(found.hint).toContain('puppet_authorization::rule {')
      expect(found.hint).toMatch(/allow rip\.mcollective$/)
    },
  )

  it('unknown_environment: no such environment', async () => {
    const found = await failed('unknown_environment', 'nosuchenv')
    expect(found.code).toBe('puppet-environment-unknown')
    expect(found.message).toContain('no environment "nosuchenv"')
  })

  it.each(['trailing_slash', 'no_name'])('%s: the path is not known', async (name) => {
    const found = await failed(name, 'production')
    expect(found.code).toBe('puppet-environment-api-off')
    expect(found.hint).toContain('app_management')
  })

  it('puppetserver-7.9.5-environment: the API is gone, and what to use', async () => {
    const found = await failed('puppetserver-7.9.5-environment', 'production')
    expect(found.code).toBe('puppet-environment-api-gone')
    expect(found.message).toContain('Puppet 7')
    expect(found.hint).toMatch(/PuppetDB.*site file/)
  })

  it('post: the method is not allowed', async () => {
    const found = await failed('post', 'empty')
    expect(found.code).toBe('puppet-request-rejected')
    expect(found.message).toContain('(405)')
  })

  it('head: a body that is announced and does not come', async () => {
    expect((await failed('head', 'production')).code).toBe('puppet-connection-lost')
  })

  it('the rule is the one that docs/puppet-server.md explains', async () => {
    const docs = readFileSync(new URL('../../../docs/puppet-server.md', import.meta.url), 'utf8')
    const { hint } = await failed('denied_other_cert', 'production')
    const rules = hint.match(/(?:^ {4}.*(?:\n|$))+/gm) ?? []
    expect(rules).toHaveLength(3)
    for (const rule of rules) expect(docs).toContain(rule.replace(/^ {4}/gm, '').trimEnd())
  })
})
