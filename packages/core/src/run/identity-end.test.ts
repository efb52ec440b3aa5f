import { expect, it } from 'vitest'
import { checkIdentityEnd } from './identity-end.js'
import { DEFAULT_LIMITS } from './options.js'

const NOW = Date.parse('2026-11-22T02:00:00Z')
const HOUR = 3_600_000
const check = (hours: number | undefined) =>
  checkIdentityEnd(
    hours === undefined ? undefined : NOW + hours * HOUR,
    NOW,
    { groups: [[0], [1], [2]] },
    { limits: DEFAULT_LIMITS },
  )

it('one that does not end, or ends later than the groups may take, is nothing to tell', () => {
  expect(check(undefined)).toBeUndefined()
  expect(check(3)).toBeUndefined()
})

it('one that ends within the limit of a single run is refused', () => {
  expect(() => check(0.9)).toThrow(
    expect.objectContaining({ code: 'run-identity-ends', exit: 3, place: 'limits.run' }),
  )
  expect(() => check(-1)).toThrow(/valid only until 2026-11-22T01:00:00/)
})

it('one that may end while groups are left is worth a warning', () => {
  expect(check(1)).toMatchObject({ level: 'warning', code: 'run-identity-ends' })
  expect(check(2.9)?.message).toContain('until 2026-11-22T04:54:00')
})
