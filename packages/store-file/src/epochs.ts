import { open, readdir } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { errnoOf, isThere, syncFolder, unusable } from './state-folder.js'

/**
 * Who takes a run over writes to a file of its own from then on, `RUN.ndjson.2` for epoch 2. That the file exists is
 * what shuts the holder before out: it is looked for after each write and before each request. A holder that slept
 * in the middle of a write can still only write into its own old file, where nobody reads what comes late.
 */
export function segmentFile(file: string, epoch: number): string {
  return epoch === 1 ? file : `${file}.${epoch}`
}

/** Epochs that were begun, in order; 1 is that of the journal itself. @param names of all files beside the journal */
export function epochsIn(names: readonly string[], file: string): number[] {
  const prefix = `${basename(file)}.`
  return names
    .filter((name) => name.startsWith(prefix) && /^[1-9]\d{0,8}$/.test(name.slice(prefix.length)))
    .map((name) => Number(name.slice(prefix.length)))
    .sort((a, b) => a - b)
}

/** The epoch of a run's present or last holder; 0: nobody ever held it here. */
export async function currentEpoch(file: string): Promise<number> {
  const names = await readdir(dirname(file)).catch((): string[] => [])
  return epochsIn(names, file).at(-1) ?? (names.includes(basename(file)) ? 1 : 0)
}

/**
 * Begins the epoch after the present one, durable: of two that try at once one finds it taken and gets the next.
 * @throws CodedError `store-unusable`
 */
export async function raiseEpoch(file: string): Promise<number> {
  for (let epoch = (await currentEpoch(file)) + 1; ; epoch += 1) {
    // The first epoch has no file of its own before the journal is made.
    const next = Math.max(2, epoch)
    try {
      await (await open(segmentFile(file, next), 'wx', 0o600)).close()
      await syncFolder(dirname(file))
      return next
    } catch (cause) {
      if (errnoOf(cause) !== 'EEXIST') throw unusable(file, cause)
    }
  }
}

/** Whether somebody took over from the holder of this epoch. */
export function isOver(file: string, epoch: number): Promise<boolean> {
  return isThere(segmentFile(file, epoch + 1))
}
