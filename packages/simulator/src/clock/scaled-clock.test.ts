import { describe, expect, it } from 'vitest'
import { scaledClock } from './scaled-clock.js'
import { virtualClock } from './virtual-clock.js'

const never = new AbortController().signal

describe('scaledClock', () => {
  it('passes so many times as fast as what it is derived from', async () => {
    const base = virtualClock(5000)
    const clock = scaledClock(10, 1_000_000, base)
    expect(clock.now()).toBe(1_000_000)
    await clock.sleepUntil(1_060_000, never)
    expect(base.now()).toBe(11_000)
    expect(clock.now()).toBe(1_060_000)
  })

  it('never wakes early, at speeds that do not divide', async () => {
    const base = virtualClock(0)
    const clock = scaledClock(7, 0, base)
    for (const moment of [1, 2, 10, 11, 1001]) {
      await clock.sleepUntil(moment, never)
      expect(clock.now()).toBeGreaterThanOrEqual(moment)
    }
  })
})
