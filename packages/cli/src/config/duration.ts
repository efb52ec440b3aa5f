import type { Milliseconds } from '@choirmaster/core/provide'

const UNITS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const
const TEXT = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/

/** JSON Schema of a span of time. */
export const DURATION = {
  type: ['string', 'number'],
  pattern: TEXT.source,
  minimum: 0,
  expected: 'a duration such as 90s, 10m or 1h, or a number of seconds',
} as const

/** Whether a text is one, other than none at all. */
export function isDuration(text: string): boolean {
  return TEXT.test(text) && milliseconds(text) > 0
}

/** @param value as `DURATION` allows it; a number is seconds. */
export function milliseconds(value: string | number): Milliseconds {
  if (typeof value === 'number') return Math.round(value * UNITS.s)
  const [, count = '0', unit = 's'] = TEXT.exec(value) ?? []
  return Math.round(Number(count) * UNITS[unit as keyof typeof UNITS])
}

/** The shortest way to write a span: `1h`, `90s`, `1500ms`. */
export function durationText(span: Milliseconds): string {
  const unit = (['h', 'm', 's'] as const).find((one) => span > 0 && span % UNITS[one] === 0)
  return unit === undefined ? `${span}ms` : `${span / UNITS[unit]}${unit}`
}
