import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { listParts } from './list-parts.js'

/** All parts, and the list that they are together; undefined for what is no JSON in UTF-8. */
function read(bytes: Buffer, least: number): { parts: number; value: unknown } | undefined {
  try {
    const parts = [...listParts(Buffer.from(bytes), least)]
    return { parts: parts.length, value: parts.length === 1 ? parts[0] : parts.flat(1) }
  } catch {
    return undefined
  }
}

/** What JSON.parse makes of all bytes. */
function whole(bytes: Buffer): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) }
  } catch {
    return undefined
  }
}

// Rows within rows and texts that look like the beginning of one.
const word = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.constantFrom('},{"a":', '{"a"', ',{"a":1}]', ']', 'é', '"', '\\'),
)
const { row } = fc.letrec<{ row: unknown; value: unknown }>((tie) => ({
  row: fc.record({ a: tie('value'), b: tie('value'), file: word }, { requiredKeys: ['a'] }),
  value: fc.oneof({ maxDepth: 3 }, word, fc.integer(), fc.array(tie('row'), { maxLength: 4 })),
}))
const text = fc
  .tuple(fc.array(fc.oneof({ weight: 9, arbitrary: row }, fc.jsonValue())), fc.constantFrom(0, 1))
  .map(([rows, indent]) => JSON.stringify(rows, undefined, indent))
const least = fc.integer({ min: 2, max: 60 })

describe('a list in parts', () => {
  it('is what JSON.parse makes of it', () => {
    let most = 0
    fc.assert(
      fc.property(text, least, (json, size) => {
        const bytes = Buffer.from(json)
        const found = read(bytes, size)
        expect(found?.value).toEqual(whole(bytes)?.value)
        most = Math.max(most, found?.parts ?? 0)
      }),
      { numRuns: 2000 },
    )
    expect(most).toBeGreaterThan(5)
  })

  it('is refused where JSON.parse refuses it', () => {
    const change = fc.record({
      at: fc.nat(),
      gone: fc.nat({ max: 2 }),
      put: fc.constantFrom('', ',', '[', ']', '{', '}', '"', '{"a"', '\u00ff', '1', ' '),
    })
    let refused = 0
    fc.assert(
      fc.property(text, least, change, (json, size, { at, gone, put }) => {
        const bytes = Buffer.from(json)
        const place = at % (bytes.length + 1)
        const broken = Buffer.concat([
          bytes.subarray(0, place),
          Buffer.from(put, 'latin1'),
          bytes.subarray(place + gone),
        ])
        const [found, expected] = [read(broken, size), whole(broken)]
        expect(found === undefined).toBe(expected === undefined)
        expect(found?.value).toEqual(expected?.value)
        if (expected === undefined) refused++
      }),
      { numRuns: 3000 },
    )
    expect(refused).toBeGreaterThan(500)
  })

  it.each([
    ['an empty list', '[]', []],
    ['an object', '{"a":1}', { a: 1 }],
    ['a list of lists', '[[1],[2]]', [[1], [2]]],
  ])('%s is taken as it is', (_, json, value) => {
    expect([...listParts(Buffer.from(json), 2)]).toEqual([value])
  })

  it('has as many objects in a part as there is room for', () => {
    const rows = Array.from({ length: 10 }, (_, n) => ({ a: n }))
    const parts = [...listParts(Buffer.from(JSON.stringify(rows)), 30)]
    expect(parts.map((part) => (part as unknown[]).length)).toEqual([3, 3, 3, 1])
  })
})
