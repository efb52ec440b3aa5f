import { randomBytes } from 'node:crypto'
import { closeSync, openSync, readSync } from 'node:fs'
import { reasonOf } from '../errors.js'
import { unusable } from './read-state.js'

/**
 * Whose a kept fleet is: how many processes have changed nodes of it one after the other, and a mark of the last one. ''
 * where none has, or there is no such file.
 */
export type Turn = string

/** It stands before the fleet, as it is looked for there. */
const TURN = /^\{"schema":"[^"]+","turn":"([\w-]+)"/
const WITHIN_BYTES = 200

export function turnAfter(turn: Turn): Turn {
  return `${Number.parseInt(turn || '0', 10) + 1}-${randomBytes(6).toString('hex')}`
}

/** @throws CodedError `simulator-state-unusable` */
export function turnOf(file: string): Turn {
  let descriptor: number
  try {
    descriptor = openSync(file, 'r')
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return ''
    throw unusable(`Cannot read ${file}: ${reasonOf(cause)}`, file, cause)
  }
  try {
    const bytes = Buffer.alloc(WITHIN_BYTES)
    return TURN.exec(bytes.toString('utf8', 0, readSync(descriptor, bytes)))?.[1] ?? ''
  } finally {
    closeSync(descriptor)
  }
}
