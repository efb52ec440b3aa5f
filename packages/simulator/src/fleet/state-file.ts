import { closeSync, fstatSync, readSync, statSync, openSync, writeSync } from 'node:fs'
import { reasonOf } from '../errors.js'
import type { FleetChange, SavedFleet } from './fleet.js'
import { STATE_SCHEMA, unusable } from './read-state.js'
import { probeFolder, writeWhole } from './whole-file.js'

/** A fleet on disk: a line with the whole fleet, then a line for each time that something happened to nodes. */
export interface StateFile {
  /** A node is about to be changed: from now on the file is this process's. */
  claim(): void
  /** Once claimed, writes what happened before anybody is told of it: who is killed at the next instant finds it again. */
  changed(change: FleetChange): void
  /** Writes the whole fleet once more, unless the file is another process's by now. */
  close(): void
}

/** Bytes of changes that are kept beside the fleet itself before it is written anew: ten runs of a small fleet. */
const MOST_CHANGES = 4 * 1024 * 1024

/** How many processes have changed nodes of the fleet, one after the other; before the fleet, as it is looked for there. */
const TURN = /^\{"schema":"[^"]+","turn":(\d+)/
const TURN_IS_WITHIN = 100

/**
 * Keeps the file up to date, 0600. Who only looks leaves it alone while somebody else changes nodes; of two that change them
 * the later has it, and the other one is told.
 * @param lost told once when another process changes nodes of the fleet too
 * @throws CodedError `simulator-state-unusable`, also of its functions
 */
export function openState(file: string, whole: () => SavedFleet, lost: () => void): StateFile {
  let size = 0
  let changes = 0
  let turn = turnOf(file)
  let descriptor: number | undefined
  let isLost = false
  const found = stampOf(file)
  probeFolder(file)

  function replace(): number {
    const text = `${JSON.stringify({ schema: STATE_SCHEMA, turn, ...whole() })}\n`
    size = text.length
    changes = 0
    return writeWhole(file, text)
  }
  function renew(): void {
    if (descriptor !== undefined) closeSync(descriptor)
    descriptor = replace()
  }
  /** Whether the file that is there is not ours. Who only looked may have replaced it: then it is made ours again. */
  function isTaken(): boolean {
    if (isLost || descriptor === undefined || fstatSync(descriptor).nlink > 0) return isLost
    isLost = turnOf(file) > turn
    if (isLost) lost()
    else renew()
    return isLost
  }
  return {
    claim() {
      if (descriptor !== undefined || isLost) return
      turn = turnOf(file) + 1
      renew()
    },
    changed(change) {
      if (descriptor === undefined || isTaken()) return
      const line = `${JSON.stringify(change)}\n`
      changes += line.length
      if (changes > Math.max(MOST_CHANGES, size)) return renew()
      try {
        writeSync(descriptor, line)
      } catch (cause) {
        throw unusable(`Cannot write ${file}: ${reasonOf(cause)}`, file, cause)
      }
    },
    close() {
      const isOurs = descriptor === undefined ? stampOf(file) === found : !isTaken()
      if (isOurs) renew()
      if (descriptor !== undefined) closeSync(descriptor)
    },
  }
}

/** Tells whether a file is still what it was; '': there is none. */
function stampOf(file: string): string {
  const found = statSync(file, { bigint: true, throwIfNoEntry: false })
  return found === undefined ? '' : `${found.ino}/${found.size}/${found.mtimeNs}`
}

/** 0 of a file that is not there, or was never changed by anybody. */
function turnOf(file: string): number {
  try {
    const descriptor = openSync(file, 'r')
    const bytes = Buffer.alloc(TURN_IS_WITHIN)
    const length = readSync(descriptor, bytes)
    closeSync(descriptor)
    return Number(TURN.exec(bytes.toString('utf8', 0, length))?.[1] ?? 0)
  } catch {
    return 0
  }
}
