import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { listParser } from './list-parser.js'

/** All parts. @param chunk bytes that come at once */
function partsOf(bytes: Buffer, least: number, chunk: number): unknown[] {
  const parser = listParser(least)
  const parts: unknown[] = []
  for (let at = 0; at < bytes.length; at += chunk) {
    parts.push(parser.add(bytes.subarray(at, at + chunk)))
  }
  return [...parts, parser.end()].filter((part) => part !== undefined)
}

/** How many parts, and what they are together; undefined for what is no JSON in UTF-8. */
function read(
  bytes: Buffer,
  least: number,
  chunk: number,
): { parts: number; value: unknown } | undefined {
  try {
    const parts = partsOf(bytes, least, chunk)
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
  .tuple(
    fc.array(fc.oneof({ weight: 9, arbitrary: row }, fc.jsonValue()), {
      // By default lists are short, of which few come in many parts.
      ...{ maxLength: 16, size: 'max' },
    }),
    fc.constantFrom(0, 1),
  )
  .map(([rows, indent]) => JSON.stringify(rows, undefined, indent))
const least = fc.integer({ min: 2, max: 60 })
const chunk = fc.integer({ min: 1, max: 100 })

describe('a list in parts', () => {
  it('is what JSON.parse makes of it', () => {
    let most = 0
    fc.assert(
      fc.property(text, least, chunk, (json, ...sizes) => {
        const bytes = Buffer.from(json)
        const found = read(bytes, ...sizes)
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
      fc.property(text, least, chunk, change, (json, size, piece, { at, gone, put }) => {
        const bytes = Buffer.from(json)
        const place = at % (bytes.length + 1)
        const broken = Buffer.concat([
          bytes.subarray(0, place),
          Buffer.from(put, 'latin1'),
          bytes.subarray(place + gone),
        ])
        const [found, expected] = [read(broken, size, piece), whole(broken)]
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
    expect(partsOf(Buffer.from(json), 2, 3)).toEqual([value])
  })

  it('has as many objects in a part as have come', () => {
    const rows = Array.from({ length: 100 }, (_, n) => ({ a: n % 10 }))
    const parts = partsOf(Buffer.from(JSON.stringify(rows)), 30, 16)
    expect(parts.flat(1)).toEqual(rows)
    // The beginning is looked at once it must be there, after 256 bytes; then two chunks make a part.
    const lengths = parts.map((part) => (part as unknown[]).length)
    expect(lengths).toEqual([31, ...Array.from({ length: 17 }, () => 4), 1])
  })
})
