import { closeSync, openSync, writeSync } from 'node:fs'
import type { FleetLog, FleetLogEntry } from './fleet-log.js'

/** Keeps nothing. */
export const noLog: FleetLog = { write() {}, flush() {}, close() {} }

export interface MemoryLog extends FleetLog {
  readonly entries: readonly FleetLogEntry[]
}

export function memoryLog(): MemoryLog {
  const entries: FleetLogEntry[] = []
  return { entries, write: (entry) => void entries.push(entry), flush() {}, close() {} }
}

/** Lines are written in one go when there are so many characters. */
const CHUNK = 64 * 1024

/**
 * NDJSON, 0600, appended to a file that exists. Written synchronously whenever the fleet has moved on, so that
 * what was done to a node is on disk even if the process is killed at the next instant.
 */
export function fileLog(file: string): FleetLog {
  const descriptor = openSync(file, 'a', 0o600)
  let lines = ''
  const flush = (): void => {
    if (lines === '') return
    writeSync(descriptor, lines)
    lines = ''
  }
  return {
    write(entry) {
      lines += `${JSON.stringify(entry)}\n`
      if (lines.length > CHUNK) flush()
    },
    flush,
    close() {
      flush()
      closeSync(descriptor)
    },
  }
}
