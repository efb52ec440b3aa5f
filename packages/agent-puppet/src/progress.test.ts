import { describe, expect, test } from 'vitest'
import type { Attempt, NodeStatus } from '@choirmaster/core/provide'
import { CLOCK_TOLERANCE_S, progress } from './progress.js'

const before: NodeStatus = {
  enabled: true,
  applying: false,
  daemon: false,
  lastRun: 1000,
  now: 2000,
}
const attempt: Attempt = {
  number: 1,
  before,
  requestedAt: 2002,
  acknowledged: true,
  seenApplying: false,
  lostFor: 0,
  options: { noop: false },
}
const after = (seconds: number, more: Partial<NodeStatus> = {}): NodeStatus => ({
  ...before,
  now: before.now + seconds,
  ...more,
})

describe('progress', () => {
  test('does not need to have seen the node apply', () => {
    expect(progress(attempt, after(9, { lastRun: 2006 }), 9_000)).toBe('ended')
  })

  test('needs a run that ended after the baseline and after the request', () => {
    expect(progress(attempt, after(9, { lastRun: 1000 }), 9_000)).toBe('not-started')
    expect(progress(attempt, after(9, { lastRun: 2001 }), 9_000)).toBe('not-started')
    expect(progress({ ...attempt, requestedAt: 900 }, after(9), 9_000)).toBe('not-started')
  })

  test('what ended in the second of a request that was granted is no run that is still to load', () => {
    const status = after(9, { lastRun: 2002 })
    expect(progress(attempt, status, 9_000)).toBe('not-started')
    // Nobody knows when that was, or whether it was granted.
    expect(progress({ ...attempt, acknowledged: false }, status, 9_000)).toBe('ended')
    // It has nothing to load.
    const daemon = { ...attempt, before: { ...before, daemon: true } }
    expect(progress(daemon, status, 9_000)).toBe('ended')
  })

  test('a request that was estimated between two seconds counts from the earlier one', () => {
    const estimated = { ...attempt, acknowledged: false, requestedAt: 2002.9 }
    expect(progress(estimated, after(9, { lastRun: 2002 }), 9_000)).toBe('ended')
  })

  test('is lost at each status after the run was seen, and the engine counts them', () => {
    const seen = { ...attempt, seenApplying: true }
    expect(progress(seen, after(60), 60_000)).toBe('lost')
    expect(progress({ ...seen, lostFor: 1 }, after(65), 65_000)).toBe('lost')
  })

  test.each([
    [CLOCK_TOLERANCE_S, 'not-started'],
    [-CLOCK_TOLERANCE_S, 'not-started'],
    [CLOCK_TOLERANCE_S + 1, 'clock'],
    [-CLOCK_TOLERANCE_S - 1, 'clock'],
  ])('a clock that is off by %i s', (off, told) => {
    expect(progress(attempt, after(600 + off), 600_000)).toBe(told)
  })

  test('an absolute offset of the node is none of its business', () => {
    const wrong = {
      ...attempt,
      before: { ...before, now: 9_000_000, lastRun: 8_999_000 },
      requestedAt: 9_000_002,
    }
    expect(progress(wrong, { ...before, now: 9_000_060, lastRun: 9_000_030 }, 60_000)).toBe('ended')
  })

  test('a record that vanished is no clock that stepped', () => {
    expect(progress(attempt, after(9, { lastRun: 0 }), 9_000)).toBe('not-started')
    expect(progress(attempt, after(9, { lastRun: 0, applying: true }), 9_000)).toBe('running')
  })
})
