import type { Milliseconds, Moment } from '@choirmaster/core/provide'

/** `2026-11-22T11:15:47Z`: the same on each machine, and as in the disable message on the nodes. */
export function stamp(at: Moment): string {
  return stampOf(new Date(at).toISOString())
}

/** The same of a time as headers and reports hold it; what is none is left as it is. */
export function stampOf(time: string): string {
  return time.replace(/\.\d+Z$/, 'Z')
}

/** `34 s`, `2 min 05 s`, `1 h 03 min`. */
export function duration(span: Milliseconds): string {
  const seconds = Math.max(0, Math.round(span / 1000))
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes} min ${two(seconds % 60)} s`
  return `${Math.floor(minutes / 60)} h ${two(minutes % 60)} min`
}

function two(count: number): string {
  return String(count).padStart(2, '0')
}
