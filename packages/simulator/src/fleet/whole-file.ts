import { randomBytes } from 'node:crypto'
import { closeSync, fsyncSync, openSync, renameSync, unlinkSync, writeSync } from 'node:fs'
import { reasonOf } from '../errors.js'
import { unusable } from './read-state.js'

/** Replaces the file whole or not at all. @returns its descriptor, to append to */
export function writeWhole(file: string, text: string): number {
  return fresh(file, (name) => {
    const descriptor = openSync(name, 'ax', 0o600)
    writeSync(descriptor, text)
    fsyncSync(descriptor)
    renameSync(name, file)
    return descriptor
  })
}

/** Whether a file can be made there: told before anything is to be written. @throws CodedError `simulator-state-unusable` */
export function probeFolder(file: string): void {
  fresh(file, (name) => {
    closeSync(openSync(name, 'ax', 0o600))
    unlinkSync(name)
  })
}

function fresh<T>(file: string, write: (name: string) => T): T {
  const name = `${file}.${randomBytes(6).toString('hex')}.new`
  try {
    return write(name)
  } catch (cause) {
    try {
      unlinkSync(name)
    } catch {
      // It was not even made.
    }
    throw unusable(`Cannot write ${file}: ${reasonOf(cause)}`, file, cause)
  }
}
