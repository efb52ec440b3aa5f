import { describe, expect, it } from 'vitest'
import { manualClock } from '../../test/manual-clock.js'
import { backoff } from './backoff.js'

describe('the pause between two tries', () => {
  it('grows with the time that the broker has been away, from 0.25 s to 5 s', async () => {
    const clock = manualClock()
    const pause = backoff(clock, { next: () => 0.5 })
    pause.down()
    expect(pause.wait()).toBe(250)
    await clock.advance(4_000)
    expect(pause.wait()).toBe(2_000)
    expect(pause.wait()).toBe(2_000)
    await clock.advance(600_000)
    expect(pause.wait()).toBe(5_000)
    pause.down()
    expect(pause.wait()).toBe(250)
  })

  it('is scattered, so that clients do not come back all at once', () => {
    const clock = manualClock()
    expect(backoff(clock, { next: () => 0 }).wait()).toBe(225)
    expect(backoff(clock, { next: () => 0.999 }).wait()).toBe(275)
  })
})
