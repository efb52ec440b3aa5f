import { describe, expect, it } from 'vitest'
import { durationText, milliseconds } from './duration.js'

describe('a duration', () => {
  it.each<[string | number, number]>([
    ['500ms', 500],
    ['90s', 90_000],
    ['1.5m', 90_000],
    ['1h', 3_600_000],
    [20, 20_000],
    [0.5, 500],
    ['0s', 0],
  ])('%j is %i ms', (value, span) => {
    expect(milliseconds(value)).toBe(span)
  })

  it.each<[number, string]>([
    [3_600_000, '1h'],
    [5_400_000, '90m'],
    [90_000, '90s'],
    [120_000, '2m'],
    [1500, '1500ms'],
    [0, '0ms'],
  ])('of %i ms is written %s', (span, text) => {
    expect(durationText(span)).toBe(text)
    expect(milliseconds(text)).toBe(span)
  })
})
