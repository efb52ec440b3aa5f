import { expect, it } from 'vitest'
import { createRunTimes } from '../indexes/run-times.js'
import { DEFAULT_LIMITS } from '../options.js'
import { askRunning, type InFlight } from './when.js'

const RUN: InFlight = {
  requestedAt: 0,
  factor: 1,
  startBy: null,
  deadline: 3_600_000,
  witness: 'none',
}

it('never sooner than limits.poll, whatever is known', () => {
  const times = createRunTimes()
  for (let i = 0; i < 100; i++) times.ended(0, 60)
  for (let at = 1_000; at < 900_000; at += 7_300) {
    expect(askRunning(DEFAULT_LIMITS, times, RUN, at) - at).toBeGreaterThanOrEqual(5_000)
  }
})

it('in time for what an answer is needed for: that the run never started, that it is over its limit', () => {
  const times = createRunTimes()
  // So many that what is believed beforehand counts for nothing.
  for (let i = 0; i < 100_000; i++) times.ended(0, 1_800)
  expect(askRunning(DEFAULT_LIMITS, times, RUN, 9_000)).toBeGreaterThan(1_200_000)
  const unseen = { ...RUN, startBy: 120_000 }
  expect(askRunning(DEFAULT_LIMITS, times, unseen, 9_000)).toBe(120_001)
  const short = { ...RUN, deadline: 300_000 }
  expect(askRunning(DEFAULT_LIMITS, times, short, 9_000)).toBe(300_000)
})

it('a tail of few is asked often: much may wait for them, and a minute is the longest pause', () => {
  const times = createRunTimes()
  for (let i = 0; i < 100; i++) times.ended(0, 60)
  expect(askRunning(DEFAULT_LIMITS, times, RUN, 600_000) - 600_000).toBeLessThanOrEqual(13_000)
  expect(askRunning(DEFAULT_LIMITS, times, RUN, 3_500_000 - 1) - 3_500_000).toBeLessThanOrEqual(
    61_000,
  )
})

it('a node whose runs take twice as long as usual is asked when half its age is worth it', () => {
  const times = createRunTimes()
  for (let i = 0; i < 100_000; i++) times.ended(0, 60)
  const usual = askRunning(DEFAULT_LIMITS, times, RUN, 9_000)
  const slow = askRunning(DEFAULT_LIMITS, times, { ...RUN, factor: 2 }, 9_000)
  expect(usual).toBeLessThan(62_000)
  expect(slow).toBeGreaterThan(100_000)
  expect(slow).toBeLessThan(122_000)
})
