import type { Milliseconds } from '@choirmaster/core/provide'
import type { Setting, Settings } from '@choirmaster/puppet-identity'
import { transportError } from '../errors.js'

/** The words of a comma list. */
export function wordsOf(list: string): readonly string[] {
  return list
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '')
}

/** The words of a setting that is a comma list; none when it is not there. */
export function listSetting(settings: Settings, key: string): readonly string[] {
  return wordsOf(settings.get(key)?.value ?? '')
}

/** @throws transport-setting for what is no whole number from `least` on. */
export function countSetting(
  settings: Settings,
  key: string,
  otherwise: number,
  least: number,
): number {
  const found = settings.get(key)
  if (found === undefined) return otherwise
  const count = Number(found.value)
  if (/^\d{1,9}$/.test(found.value) && count >= least) return count
  throw unusable(key, found, `a whole number from ${least} on`)
}

const UNITS: Readonly<Record<string, Milliseconds>> = {
  ms: 1,
  '': 1000,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
}

/** A duration such as `10s`, `5m`, `1d`; a bare number is seconds. @throws transport-setting */
export function durationSetting(
  settings: Settings,
  key: string,
  otherwise: Milliseconds,
): Milliseconds {
  const found = settings.get(key)
  if (found === undefined) return otherwise
  const [, count, unit] = /^(\d{1,9})(ms|s|m|h|d|)$/.exec(found.value) ?? []
  if (count !== undefined && Number(count) > 0) return Number(count) * (UNITS[unit ?? ''] ?? 0)
  throw unusable(key, found, 'a duration such as 10s')
}

/** The error about a setting that is not what it should be. */
export function unusable(key: string, { value, origin }: Setting, expected: string): Error {
  return transportError('transport-setting', {
    message: `${key} is "${value}", not ${expected}`,
    place: origin,
  })
}
