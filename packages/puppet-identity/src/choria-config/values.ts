import { join, resolve } from 'node:path'
import { identityError } from '../errors.js'
import type { System } from '../system.js'
import type { Setting, Settings } from './parse.js'

const YES = new Set(['1', 'yes', 'true', 'y', 't'])
const NO = new Set(['0', 'no', 'false', 'n', 'f'])
const LARGEST_PORT = 65_535

/** Puts the home folder in place of a leading `~`. */
export function expandHome(path: string, home: string): string {
  return path === '~' || path.startsWith('~/') ? join(home, path.slice(1)) : path
}

/** A setting that is a path, made absolute. */
export function pathSetting(settings: Settings, key: string, system: System): Setting | undefined {
  const found = settings.get(key)
  if (found === undefined) return undefined
  return { ...found, value: resolve(system.cwd, expandHome(found.value, system.home)) }
}

function unusable(key: string, { value, origin }: Setting, expected: string): Error {
  return identityError('identity-config-value', {
    message: `${key} is "${value}", not ${expected}`,
    place: origin,
  })
}

/** @throws identity-config-value for what is neither yes nor no in Choria's spellings. */
export function booleanSetting(settings: Settings, key: string, otherwise: boolean): boolean {
  const found = settings.get(key)
  if (found === undefined) return otherwise
  const word = found.value.toLowerCase()
  if (YES.has(word)) return true
  if (NO.has(word)) return false
  throw unusable(key, found, 'a boolean (yes or no)')
}

/** @throws identity-config-value for what is not a port number. */
export function portSetting(settings: Settings, key: string): number | undefined {
  const found = settings.get(key)
  if (found === undefined) return undefined
  const port = Number(found.value)
  if (/^\d+$/.test(found.value) && port >= 1 && port <= LARGEST_PORT) return port
  throw unusable(key, found, `a port from 1 to ${LARGEST_PORT}`)
}
