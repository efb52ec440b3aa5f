import { describe, expect, it } from 'vitest'
import { createRunTimes } from './run-times.js'

/** 10,000 runs of about a minute, and 2 % of ten. */
const PAST = {
  runs: 10_000,
  spread: [...Array.from({ length: 98 }, (_, i) => 55 + Math.floor(i / 9)), 600, 600],
  nodes: [],
}

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

  it('is what past runs tell, tail and all, before this one tells anything', () => {
    const times = createRunTimes(PAST)
    expect(times.longerThan(50)).toBeGreaterThan(0.9)
    expect(times.longerThan(75)).toBeLessThan(0.1)
    expect(times.longerThan(75)).toBeGreaterThan(0.01)
    expect(times.overFor(0, 0.6)).toBeGreaterThan(45)
    expect(times.overFor(0, 0.6)).toBeLessThan(62)
  })

  it('is learned anew of a site that has changed', () => {
    const times = createRunTimes(PAST)
    for (let i = 0; i < 200; i++) times.ended(0, 25 + (i % 11))
    expect(times.longerThan(45)).toBeLessThan(0.2)
    expect(times.overFor(0, 0.6)).toBeLessThan(32)
  })
})
