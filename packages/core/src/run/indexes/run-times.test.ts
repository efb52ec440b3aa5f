import { describe, expect, it } from 'vitest'
import { createRunTimes } from './run-times.js'

describe('what is known of run times', () => {
  it('is little at first: half of those that go on end before their age has doubled', () => {
    const times = createRunTimes()
    expect(times.longerThan(10)).toBe(1)
    expect(times.longerThan(20)).toBeCloseTo(0.5, 1)
    expect(times.longerThan(40)).toBeCloseTo(0.25, 1)
  })

  it('is soon what was seen: nobody is asked long before runs tend to end, and often when they do', () => {
    const times = createRunTimes()
    for (let i = 0; i < 200; i++) times.ended(0, 55 + (i % 11))
    expect(times.longerThan(50)).toBeGreaterThan(0.9)
    expect(times.longerThan(75)).toBeLessThan(0.1)
    const first = times.overFor(0, 0.6)
    expect(first).toBeGreaterThan(45)
    expect(first).toBeLessThan(62)
    expect(times.overFor(first, 0.6) - first).toBeLessThan(6)
  })

  it('is not deceived by the quick ones: those that go on count too', () => {
    const times = createRunTimes()
    for (let i = 0; i < 10; i++) times.ended(0, 12)
    for (let i = 0; i < 90; i++) times.wentOn(0, 100)
    expect(times.longerThan(90)).toBeGreaterThan(0.75)
  })
})
