import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { choice, cwd, refusal, resolveConfig } from './config.test.helper.js'

describe('--set', () => {
  const value = async (text: string): Promise<unknown> => {
    const config = await resolveConfig(cwd.path, { set: [`catalog.use=x`, `catalog.o=${text}`] })
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
    expect(await value('./s.yaml')).toBe(join(cwd.path, 's.yaml'))
    expect(await value('../s.yaml')).toBe(join(dirname(cwd.path), 's.yaml'))
  })

  it('cannot reach the prototype of objects', async () => {
    const config = await resolveConfig(cwd.path, {
      set: ['catalog.use=x', 'catalog.__proto__.polluted=1'],
    })
    expect(Object.keys(choice(config, 'catalog')?.options ?? {})).toEqual(['__proto__'])
    expect(({} as { polluted?: number }).polluted).toBeUndefined()
  })

  it('lets the later one win where two contradict each other', async () => {
    const set = ['catalog.use=x', 'catalog.tls=true', 'catalog.tls.ca=a']
    expect(choice(await resolveConfig(cwd.path, { set }), 'catalog')?.options).toEqual({
      tls: { ca: 'a' },
    })
    const turned = ['catalog.use=x', 'catalog.tls.ca=a', 'catalog.tls=true']
    expect(choice(await resolveConfig(cwd.path, { set: turned }), 'catalog')?.options).toEqual({
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
    const error = await refusal(resolveConfig(cwd.path, { set: [text] }))
    expect(error.code).toBe('config-set')
    expect(error.message).toContain(message)
    expect(error.hint).toContain(hint)
    expect(error.place).toBe(`--set ${text.split('=')[0] ?? ''}`)
  })

  it('never shows the value in an error', async () => {
    const error = await refusal(resolveConfig(cwd.path, { set: ['catlog.password=hunter2'] }))
    expect(JSON.stringify([error.message, error.place, error.hint])).not.toContain('hunter2')
  })
})
