import { randomBytes } from 'node:crypto'
import { closeSync, fsyncSync, openSync, renameSync, unlinkSync, writeSync } from 'node:fs'
import { reasonOf } from '../errors.js'
import { unusable } from './read-state.js'

/**
 * Replaces the file whole or not at all.
 * @param isWanted asked when all is written: where it is not, the file is left as it is
 * @returns its descriptor, to append to; undefined: it was not wanted
 * @throws CodedError `simulator-state-unusable`
 */
export function writeWhole(
  file: string,
  text: string,
  isWanted: () => boolean = () => true,
): number | undefined {
  return fresh(file, (descriptor, name) => {
    writeSync(descriptor, text)
    fsyncSync(descriptor)
    if (!isWanted()) return false
    renameSync(name, file)
    return true
  })
}

/** Whether a file can be made there: told before anything is to be written. @throws CodedError `simulator-state-unusable` */
export function probeFolder(file: string): void {
  fresh(file, () => false)
}

/** A new file beside the other one, which is gone again where it is not kept. @returns its descriptor where it is */
function fresh(
  file: string,
  isKept: (descriptor: number, name: string) => boolean,
): number | undefined {
  const name = `${file}.${randomBytes(6).toString('hex')}.new`
  let descriptor: number | undefined
  try {
    descriptor = openSync(name, 'ax', 0o600)
    if (isKept(descriptor, name)) return descriptor
    closeSync(descriptor)
    unlinkSync(name)
    return undefined
  } catch (cause) {
    dropped(descriptor, name)
    throw unusable(`Cannot write ${file}: ${reasonOf(cause)}`, file, cause)
  }
}

function dropped(descriptor: number | undefined, name: string): void {
  try {
    if (descriptor !== undefined) closeSync(descriptor)
    unlinkSync(name)
  } catch {
    // It was not even made, or is closed already.
  }
}
