import type { Notice } from '@choirmaster/core/provide'
import { expect, it } from 'vitest'
import { strays } from './strays.js'

it('a flood costs nothing, whatever names it brings', () => {
  const told: Notice[] = []
  const all = strays({ notice: (notice) => void told.push(notice) })
  for (let i = 0; i < 10_000; i++) all.add('forged', 'x'.repeat(100_000))
  expect(all.counts.forged).toBe(10_000)
  // A hundred one by one, then 128, 256 … 8192.
  expect(told).toHaveLength(107)
  expect(told.at(-1)?.message).toMatch(/x… \(8192 of them so far\)$/)
  for (const { message } of told) expect(message.length).toBeLessThan(500)
})
