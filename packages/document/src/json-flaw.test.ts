import { describe, expect, it } from 'vitest'
import { findJsonFlaw } from './json-flaw.js'
import { jsonOffset } from './json-locate.js'

/** Park and Miller's generator: enough for mutations, and the seed tells all. */
function randomOf(seed: number): (below: number) => number {
  let state = seed
  return (below) => (state = (state * 48_271) % 2_147_483_647) % below
}

const BASE = JSON.stringify({
  environment: 'production',
  applications: { 'Lamp["a\\1"]': { 'Lamp::Web[é]': { node: 'n1', consumes: ['x', 'y'], n: [] } } },
  numbers: [0, -1.5e-7, 1e3, { a: {}, b: [[], [null, true, false]] }],
})

function accepted(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

describe('the check for flaws in JSON', () => {
  it('agrees with JSON.parse on thousands of mutated texts', () => {
    const seed = 20_161_103
    const random = randomOf(seed)
    const pieces = [
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"',
      '\\',
      ' ',
      '\n',
      '0',
      '-',
      'e',
      'true',
      '\u0001',
    ]
    let refused = 0
    for (let round = 0; round < 4000; round++) {
      const at = random(BASE.length)
      const text =
        BASE.slice(0, at) + (pieces[random(pieces.length)] ?? '') + BASE.slice(at + random(3))
      const flaw = findJsonFlaw(text)
      const known = flaw === undefined || flaw.key !== undefined
      expect(known, `seed ${seed}, round ${round}: ${text}`).toBe(accepted(text))
      if (!known) refused++
    }
    expect(refused).toBeGreaterThan(1000)
  })

  it('finds every member and item where it stands', () => {
    const text = JSON.stringify(JSON.parse(BASE), undefined, 2)
    const walk = (value: unknown, path: (string | number)[]): void => {
      if (value === null || typeof value !== 'object') return
      for (const [key, inner] of Object.entries(value)) {
        const step = Array.isArray(value) ? Number(key) : key
        const shown = Array.isArray(value) ? JSON.stringify(inner) : JSON.stringify(key)
        const found = text.slice(jsonOffset(text, [...path, step])).replaceAll(/\s+/g, '')
        expect(found.startsWith(shown), `${[...path, step].join(' / ')}: ${found}`).toBe(true)
        walk(inner, [...path, step])
      }
    }
    walk(JSON.parse(text), [])
  })
})
