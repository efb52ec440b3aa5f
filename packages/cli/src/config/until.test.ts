import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { nextTime } from './until.js'

beforeEach(() => void vi.stubEnv('TZ', 'Europe/Berlin'))
afterEach(() => void vi.unstubAllEnvs())

it.each([
  ['later today', '04:00', '2026-11-27T01:30:00Z', '2026-11-27T04:00:00+01:00'],
  ['tomorrow', '04:00', '2026-11-27T03:00:01Z', '2026-11-28T04:00:00+01:00'],
  ['never now', '04:00', '2026-11-27T03:00:00Z', '2026-11-28T04:00:00+01:00'],
  ['before the night of summer time', '04:00', '2026-03-28T12:00:00Z', '2026-03-29T04:00:00+02:00'],
  ['before the night of winter time', '04:00', '2026-10-24T12:00:00Z', '2026-10-25T04:00:00+01:00'],
  ['at the end of the year', '00:15', '2026-12-31T22:00:00Z', '2027-01-01T00:15:00+01:00'],
])('%s', (_, time, now, expected) => {
  expect(nextTime(time, Date.parse(now))).toBe(expected)
})
