import type { Milliseconds, Moment } from '@choirmaster/core/provide'
import type { Judged } from './judged.js'

/** For how long, between two moments, our process stood still or the store did not say whether the run is ours; what overlaps counts once. */
export function heldUp(
  { standstills, unsure = [] }: Judged,
  since: Moment,
  at: Moment,
): Milliseconds {
  let counted = since
  let sum = 0
  for (const { from, until } of [...standstills, ...unsure].sort((a, b) => a.from - b.from)) {
    const [begins, ends] = [Math.max(from, counted), Math.min(until, at)]
    if (ends <= begins) continue
    sum += ends - begins
    counted = ends
  }
  return sum
}
