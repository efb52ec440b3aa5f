import { randomBytes } from 'node:crypto'
import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs'
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

/** Tells whether a file is still what it was; undefined: there is none. */
export interface Stamp {
  /** Another one when it was replaced. */
  readonly id: string
  readonly size: bigint
  readonly at: bigint
}

export function stampOf(file: string): Stamp | undefined {
  const found = statSync(file, { bigint: true, throwIfNoEntry: false })
  if (found === undefined) return undefined
  return { id: `${found.dev}/${found.ino}`, size: found.size, at: found.mtimeNs }
}

export function isSame(one: Stamp | undefined, other: Stamp | undefined): boolean {
  return one?.id === other?.id && one?.size === other?.size && one?.at === other?.at
}

/** Whether it was appended to: only who changes nodes does. */
export function hasGrown(before: Stamp | undefined, now: Stamp | undefined): boolean {
  return before !== undefined && before.id === now?.id && before.size !== now.size
}

/** Whether the file of this name is the one that is open. */
export function isOpen(file: string, descriptor: number): boolean {
  const [there, open] = [statSync(file, { throwIfNoEntry: false }), fstatSync(descriptor)]
  return there?.ino === open.ino && there.dev === open.dev
}
