import type { Moment } from '@choirmaster/core'

/** JSON Schema of a time of day. */
export const TIME_OF_DAY = {
  type: 'string',
  pattern: '^([01]\\d|2[0-3]):[0-5]\\d$',
  expected: 'a time of day such as 04:00 or 23:30',
} as const

/**
 * When the clock on the wall shows this time next, with the offset that it has then: `2026-11-27T04:00:00+01:00`. A
 * time that the clock skips is as much later as it skips.
 * @param time as `TIME_OF_DAY` allows it
 */
export function nextTime(time: string, now: Moment): string {
  const [hours = 0, minutes = 0] = time.split(':').map(Number)
  const date = new Date(now)
  date.setHours(hours, minutes, 0, 0)
  // Set anew on the next day: with summer time days differ in length.
  if (date.getTime() <= now) {
    date.setDate(date.getDate() + 1)
    date.setHours(hours, minutes, 0, 0)
  }
  return localIso(date)
}

function localIso(date: Date): string {
  const offset = -date.getTimezoneOffset()
  const local = new Date(date.getTime() + offset * 60_000).toISOString().slice(0, 19)
  const size = Math.abs(offset)
  return `${local}${offset < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`
}

function two(number: number): string {
  return String(number).padStart(2, '0')
}
