import type { Notice } from '@choirmaster/core/provide'
import { describe, expect, it } from 'vitest'
import { manualClock } from '../../test/manual-clock.js'
import { skewWatch } from './skew.js'

function watch(): { seen: (sender: string, off: number) => void; notices: Notice[] } {
  const clock = manualClock()
  const notices: Notice[] = []
  const told = skewWatch({ clock, notice: (notice) => void notices.push(notice) })
  const seen = (sender: string, off: number): void =>
    told({ sender, time: clock.now() + off, request: '', agent: '', body: '' })
  return { seen, notices }
}

describe('a clock that is off', () => {
  it('so far that changes may be dropped is told, once for each node', () => {
    const { seen, notices } = watch()
    seen('n1', -40_000)
    seen('n1', -40_000)
    seen('n2', 16_000)
    expect(notices.map(({ message }) => message)).toEqual([
      expect.stringContaining('The clock of n1 is 40 s behind ours'),
      expect.stringContaining('The clock of n2 is 16 s ahead of ours'),
    ])
  })

  it('a little, or not told at all, is fine', () => {
    const { seen, notices } = watch()
    seen('n1', 15_000)
    seen('n2', -15_000)
    seen('n3', NaN)
    expect(notices).toEqual([])
  })

  it('on the whole estate (it may be ours) is not told of everybody', () => {
    const { seen, notices } = watch()
    for (let node = 0; node < 1_000; node++) seen(`n${node}`, 60_000)
    expect(notices).toHaveLength(20)
  })
})
