import { expect, it } from 'vitest'
import { matches, readFilter } from './filter.js'

const NONE = { fact: [], cf_class: [], identity: [], compound: [] }
const fits = (filter: object, node = 'db1.example.net'): boolean =>
  matches(readFilter({ ...NONE, ...filter })!, node)

it('an empty filter is for every node', () => {
  expect(fits({})).toBe(true)
  expect(fits({ agent: [] })).toBe(true)
})

it('identities: one of them, as it is or as a regular expression', () => {
  expect(fits({ identity: ['web1.example.net', 'db1.example.net'] })).toBe(true)
  expect(fits({ identity: ['DB1.example.net'] })).toBe(false)
  expect(fits({ identity: ['db1'] })).toBe(false)
  expect(fits({ identity: ['/^db\\d/'] })).toBe(true)
  expect(fits({ identity: ['/web/'] })).toBe(false)
  expect(fits({ identity: ['/(/'] })).toBe(false)
})

it('agents: all of them', () => {
  expect(fits({ agent: ['puppet'] })).toBe(true)
  expect(fits({ agent: ['puppet', 'rpcutil', '/disc/'] })).toBe(true)
  expect(fits({ agent: ['puppet', 'service'] })).toBe(false)
})

it('facts, classes and expressions: no simulated node has any', () => {
  expect(fits({ fact: [{ fact: 'os.family', operator: '==', value: 'Debian' }] })).toBe(false)
  expect(fits({ cf_class: ['apache'] })).toBe(false)
  expect(fits({ compound: [[{ expr: 'true' }]] })).toBe(false)
})

it('what is no filter', () => {
  for (const value of [
    undefined,
    null,
    [],
    {},
    { ...NONE, identity: [1] },
    { ...NONE, agent: 'x' },
  ]) {
    expect(readFilter(value)).toBeUndefined()
  }
})
