import { describe, expect, it } from 'vitest'
import { mayChange } from './changes.js'
import { parseInputs } from './inputs.js'

describe('inputs', () => {
  it('are JSON where they can be read as JSON, else text', () => {
    const words = ['a=1', 'b=true', 'c=["x"]', 'd=later on', 'e="7"', 'f=', 'g=x=y', 'h=null']
    expect(parseInputs('rpcutil', 'get_fact', words)).toEqual({
      ...{ a: 1, b: true, c: ['x'], d: 'later on', e: '7', f: '', g: 'x=y', h: null },
    })
  })

  it('of the puppet agent have the types that it declares', () => {
    expect(parseInputs('puppet', 'disable', ['message=5'])).toEqual({ message: '5' })
    const words = ['force=yes', 'noop=0', 'splaylimit=30', 'tags=true', 'other=1']
    expect(parseInputs('puppet', 'runonce', words)).toEqual({
      ...{ force: true, noop: false, splaylimit: 30, tags: 'true', other: 1 },
    })
  })

  it.each([
    [['force=maybe'], 'The input force takes true or false, not "maybe"'],
    [['splaylimit=soon'], 'The input splaylimit takes a number, not "soon"'],
    [['web2.example.net'], '"web2.example.net" is no input: inputs are written KEY=VALUE'],
    [['=5'], '"=5" is no input: inputs are written KEY=VALUE'],
    [['noop=1', 'noop=0'], 'The input noop is given twice'],
  ])('%j cannot be used', (words, message) => {
    expect(() => parseInputs('puppet', 'runonce', words)).toThrow(
      expect.objectContaining({ code: 'req-input', message }) as Error,
    )
  })

  it('may have any name', () => {
    const inputs = parseInputs('puppet', 'runonce', ['constructor=1', '__proto__=2'])
    expect(Object.entries(inputs)).toEqual([
      ['constructor', 1],
      ['__proto__', 2],
    ])
  })
})

it('what is not known to be a question may change nodes', () => {
  expect(mayChange('puppet', 'status')).toBe(false)
  expect(mayChange('puppet', 'runonce')).toBe(true)
  expect(mayChange('service', 'status')).toBe(true)
  expect(mayChange('constructor', 'name')).toBe(true)
})
