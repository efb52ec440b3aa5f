import type { Moment } from '@choirmaster/core/provide'
import type { Judged } from './judged.js'

/** A process that was killed: what it had read and not recorded, nobody knows any more. */
export interface Death {
  /** When the last of its events was recorded that was still there afterwards. */
  readonly recorded: Moment
  /** When another process went on. */
  readonly resumed: Moment
}

export function deaths({ events, apart = 0 }: Judged): readonly Death[] {
  return events.flatMap(({ type, at }, i) =>
    type === 'resumed' ? [{ recorded: events[i - 1]?.at ?? at, resumed: at - apart }] : [],
  )
}
