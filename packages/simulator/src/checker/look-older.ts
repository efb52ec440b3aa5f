import type { Judged } from './judged.js'

/** docs/promises.md: by how much clocks may be apart that act for one run one after the other, s; a step below it shows to nobody. */
const APART_S = 24

/**
 * Its clock was set back by little, and another machine went on with the run: ours may look older than its request there, and
 * be made once more, which cannot be promised otherwise.
 */
export function mayLookOlder({ log, apart, events }: Judged, name: string): boolean {
  if (apart === undefined || apart === 0 || !events.some(({ type }) => type === 'resumed'))
    return false
  return log.some(
    (entry) =>
      entry.what === 'clock-stepped' &&
      entry.node === name &&
      entry.seconds < 0 &&
      entry.seconds > -APART_S,
  )
}
