import type { Moment } from '@choirmaster/core/provide'
import type { Asked } from './history.js'
import type { Judged } from './judged.js'

/** A process that was killed: what it had read and not recorded, nobody knows any more. */
export interface Death {
  /** When the last of its events was recorded that was still there afterwards. */
  readonly recorded: Moment
  /** When another process went on. */
  readonly resumed: Moment
}

/** Rules ask for them again and again, for each request. */
const known = new WeakMap<Judged, readonly Death[]>()

export function deaths(judged: Judged): readonly Death[] {
  const died = known.get(judged) ?? deathsIn(judged)
  known.set(judged, died)
  return died
}

/** Every process but the first has its clock `apart` from the fleet's, and writes the times of its events by it. */
function deathsIn({ events, apart = 0 }: Judged): readonly Death[] {
  const second = events.findIndex(({ type }) => type === 'resumed')
  return events.flatMap(({ type, at }, i) => {
    if (type !== 'resumed') return []
    const last = events[i - 1]?.at ?? at
    return [{ recorded: i > second ? last - apart : last, resumed: at - apart }]
  })
}

/** Times of clocks that are apart are sums, which differ in the last digit. */
export const SAME_MS = 1

/** What was decided before something became known may still be on its way. */
export const ON_ITS_WAY_MS = 1_000

/** Whether an answer was asked for by a process that died before what it says was recorded for good. */
export function isForgotten({ sent, acted }: Asked, died: readonly Death[]): boolean {
  return died.some(
    ({ recorded, resumed }) =>
      sent <= resumed && acted !== null && acted > recorded - ON_ITS_WAY_MS,
  )
}
