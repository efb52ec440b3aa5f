import { describe, expect, it } from 'vitest'
import { checkAgainst } from './check-against.js'
import { jsonPath } from './json-path.js'
import { schema } from './schema.js'
import { loadValidator } from './validator.js'

const problems = (json: object, value: unknown): Promise<string[]> =>
  checkAgainst(schema(json), value, { code: 'test-invalid' }).then((all) =>
    all.map((problem) => problem.message),
  )

describe('checkAgainst', () => {
  it('finds nothing wrong with a valid value and changes none', async () => {
    const json = { type: 'object', properties: { port: { type: 'number', default: 8140 } } }
    const value = Object.freeze({})
    expect(await problems(json, value)).toEqual([])
    expect(value).toEqual({})
  })

  it('names several violations at once, each with its place', async () => {
    const json = {
      type: 'object',
      required: ['url'],
      properties: {
        port: { type: 'integer' },
        hosts: { type: 'array', items: { type: 'string' } },
      },
    }
    expect(
      await checkAgainst(schema(json), { port: '8140', hosts: ['a', 3, null] }, { code: 'x' }),
    ).toEqual([
      { code: 'x', message: '$ has no "url"', place: '$' },
      { code: 'x', message: '$.port must be a whole number, not a string', place: '$.port' },
      { code: 'x', message: '$.hosts[1] must be a string, not a number', place: '$.hosts[1]' },
      { code: 'x', message: '$.hosts[2] must be a string, not null', place: '$.hosts[2]' },
    ])
  })

  it('names what is known beside an unknown key', async () => {
    const json = { type: 'object', additionalProperties: false, properties: { url: {}, ca: {} } }
    expect(
      await checkAgainst(schema(json), { 'u rl': 1 }, { code: 'x', place: (path) => path.join() }),
    ).toEqual([
      {
        code: 'x',
        message: '$["u rl"] is not known here',
        place: 'u rl',
        hint: 'Did you mean url? Known are ca, url.',
      },
    ])
  })

  it('says what is expected in place of a pattern', async () => {
    const name = { type: 'string', pattern: '^[a-z]+$', expected: 'a lower-case word' }
    expect(await problems(name, 'A')).toEqual(['$ must be a lower-case word'])
    expect(await problems({ propertyNames: name }, { A: 1 })).toEqual([
      '$.A is named wrongly: the name must be a lower-case word',
    ])
  })

  it('never shows a value, which may be a secret', async () => {
    const json = {
      properties: { token: { enum: ['a', 'b'] }, key: { pattern: '^x' }, n: { maximum: 3 } },
    }
    const text = JSON.stringify(await problems(json, { token: 'hunter2', key: 'hunter2', n: 4711 }))
    expect(text).not.toMatch(/hunter2|4711/)
    expect(text).toContain('must be \\"a\\" or \\"b\\"')
  })

  it('tells keys that look like numbers from positions in a list', async () => {
    const json = { additionalProperties: { items: { type: 'string' } } }
    expect(await problems(json, { '0': [1], 'a/b~c': [2] })).toEqual([
      '$["0"][0] must be a string, not a number',
      '$["a/b~c"][0] must be a string, not a number',
    ])
  })

  describe('of a union', () => {
    const fault = {
      oneOf: [
        { type: 'string' },
        {
          type: 'object',
          required: ['kind', 'seconds'],
          properties: { kind: { const: 'slow' }, seconds: { type: 'number' } },
        },
        {
          type: 'object',
          required: ['kind', 'message'],
          properties: { kind: { const: 'denied' }, message: { type: 'string' } },
        },
      ],
    }

    it('speaks of the branch that was meant', async () => {
      expect(await problems(fault, { kind: 'denied', message: 1 })).toEqual([
        '$.message must be a string, not a number',
      ])
      expect(await problems({ items: fault }, [{ kind: 'slow' }, 'x', { kind: 'denied' }])).toEqual(
        ['$[0] has no "seconds"', '$[2] has no "message"'],
      )
    })

    it('lists the types when none fits', async () => {
      expect(await problems(fault, 3)).toEqual(['$ must be a string or an object, not a number'])
    })
  })

  it('a schema that cannot be used is a bug of its author', async () => {
    await expect(problems({ type: 'strnig' }, 1)).rejects.toThrow('A schema cannot be used')
  })
})

it('the validator is loaded once', async () => {
  expect(await loadValidator()).toBe(await loadValidator())
})

it('paths are written like JavaScript', () => {
  expect(jsonPath(['applications', 'Lamp["x"]', 'consumes', 0])).toBe(
    '$.applications["Lamp[\\"x\\"]"].consumes[0]',
  )
})
