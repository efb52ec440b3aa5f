import { expect, it } from 'vitest'
import type { Attempt, NodeStatus } from '../providers/agent.js'
import { setBackAtMost } from './node-clock.js'

const T = 1_700_000_000_000
const status = (now: number): NodeStatus => ({
  ...{ enabled: false, applying: false, daemon: false, lastRun: 1 },
  now,
})
const attempt: Attempt = {
  ...{ number: 1, requestedAt: 5_000, acknowledged: true, seenApplying: false, lostFor: 0 },
  before: status(5_000),
  options: { noop: false },
}

/** The baseline was asked for at T; the last status was answered a minute later. */
const node = { baselineAskedAt: T, sameClock: true, lastAt: T + 60_000 }

it('what passed here and not on the node may be a clock that was set back, whole seconds counted in', () => {
  expect(setBackAtMost(node, attempt, status(5_058))).toBe(3)
  expect(setBackAtMost(node, attempt, status(5_050))).toBe(11)
})

it('a clock that was set forward was not set back', () => {
  expect(setBackAtMost(node, attempt, status(5_090))).toBe(0)
})

it('the clock of another process may be 20 s behind ours', () => {
  expect(setBackAtMost({ ...node, sameClock: false }, attempt, status(5_058))).toBe(23)
})
