import type { Check, Moment } from '@choirmaster/core/provide'
import { duration } from '../views/time.js'
import { count, named } from '../views/words.js'
import { note, ok, wrong } from './check.js'
import { SHOWN } from './gather.js'

/** What a node's clock said, and between which moments of ours it said so. */
export interface ClockReading {
  readonly node: string
  /** The node's clock, whole seconds. */
  readonly seconds: number
  readonly asked: Moment
  readonly answered: Moment
}

/** Changes are signed for 30 s either way, the least that servers take: half of that is the last warning. */
const TOO_MUCH = 15_000
/** Clocks that NTP keeps differ by milliseconds; more than this wants looking at. */
const NOTABLE = 2_000

/** Whether the nodes' clocks go with ours. */
export function* clockChecks(readings: readonly ClockReading[]): Generator<Check> {
  const skews = readings.map((reading) => ({ node: reading.node, skew: skewOf(reading) }))
  const far = skews.filter(({ skew }) => Math.abs(skew) > NOTABLE)
  const near = skews.length - far.length
  if (near > 0) yield ok('clocks', `${count(near, 'node')} within ${NOTABLE / 1000} s of ours`)
  if (far.length === 0) return
  far.sort((a, b) => Math.abs(b.skew) - Math.abs(a.skew))
  const all = far.map(({ node, skew }) => {
    return `${node} is ${duration(Math.abs(skew))} ${skew > 0 ? 'ahead' : 'behind'}`
  })
  const message = named(all, SHOWN)
  const hint =
    'Set the clocks by NTP, here and there: servers drop, without an answer, what was signed more than its time to live ago (30 s for changes) by their own clock.'
  const worst = Math.abs(far[0]?.skew ?? 0)
  yield worst > TOO_MUCH ? wrong('clocks', message, hint) : note('clocks', message, hint)
}

/** How far a node's clock is off at least, ms; 0 where the reading allows that they agree. */
function skewOf({ seconds, asked, answered }: ClockReading): number {
  const least = seconds * 1000 - answered
  const most = (seconds + 1) * 1000 - asked
  return least > 0 ? least : Math.min(0, most)
}
