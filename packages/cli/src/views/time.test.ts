import { expect, it } from 'vitest'
import { duration, stamp } from './time.js'

it.each([
  [0, '0 s'],
  [-5, '0 s'],
  [59_400, '59 s'],
  [59_600, '1 min 00 s'],
  [125_000, '2 min 05 s'],
  [3_599_600, '1 h 00 min'],
  [3_780_000, '1 h 03 min'],
  [360_000_000, '100 h 00 min'],
])('%d ms is %s', (span, text) => {
  expect(duration(span)).toBe(text)
})

it('a moment is shown in UTC, to the second', () => {
  expect(stamp(Date.UTC(2026, 10, 22, 11, 15, 47, 999))).toBe('2026-11-22T11:15:47Z')
})
