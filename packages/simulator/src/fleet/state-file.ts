import { closeSync, writeSync } from 'node:fs'
import { reasonOf } from '../errors.js'
import type { FleetChange, SavedFleet } from './fleet.js'
import { STATE_SCHEMA, unusable } from './read-state.js'
import { hasGrown, isOpen, isSame, stampOf, type Stamp } from './stamp.js'
import { turnAfter, turnOf, type Turn } from './turn.js'
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

export interface StateFileOptions {
  readonly file: string
  /** What the file was before it was read. */
  readonly stamp: Stamp | undefined
  /** Whose it was, as it was read. */
  readonly turn: Turn
  whole(): SavedFleet
  /** Told once when another process changes nodes of the fleet too. */
  taken(): void
  /** Told when another process has changed nodes since the fleet was read: what it did is undone. */
  undoes(): void
}

/** Bytes of changes that are kept beside the fleet itself before it is written anew: ten runs of a small fleet. */
const MOST_CHANGES = 4 * 1024 * 1024

/**
 * Keeps the file up to date, 0600. Who only looks leaves it alone while somebody else changes nodes; of two that change them
 * the later has it, and both are told.
 * @throws CodedError `simulator-state-unusable`, also of its functions
 */
export function openState(options: StateFileOptions): StateFile {
  const { file, stamp, whole } = options
  let size = 0
  let changes = 0
  let { turn } = options
  let descriptor: number | undefined
  let isLost = false
  probeFolder(file)

  function written(isWanted?: () => boolean): number | undefined {
    const text = `${JSON.stringify({ schema: STATE_SCHEMA, turn, ...whole() })}\n`
    size = text.length
    changes = 0
    return writeWhole(file, text, isWanted)
  }
  function renew(): void {
    const next = written()
    if (descriptor !== undefined) closeSync(descriptor)
    descriptor = next
  }
  /** Whether the file that is there is somebody else's. Who only looked may have replaced ours: then it is made ours again. */
  function isTaken(open: number): boolean {
    if (isLost || isOpen(file, open)) return isLost
    const there = turnOf(file)
    isLost = there !== '' && there !== turn
    if (isLost) options.taken()
    else renew()
    return isLost
  }
  return {
    claim() {
      if (descriptor !== undefined) return
      const there = turnOf(file)
      if (there !== turn || hasGrown(stamp, stampOf(file))) options.undoes()
      turn = turnAfter(there)
      renew()
    },
    changed(change) {
      if (descriptor === undefined || isTaken(descriptor)) return
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
      // Who only looked keeps how far the fleet's time has come.
      if (descriptor === undefined) descriptor = written(() => isSame(stampOf(file), stamp))
      else if (!isTaken(descriptor)) renew()
      if (descriptor !== undefined) closeSync(descriptor)
    },
  }
}
