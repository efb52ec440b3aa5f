import { dirname, join, basename } from 'node:path'
import { messageOf } from '@choirmaster/core/provide'
import type { Disk } from './disk.js'
import { enrollError } from './errors.js'

/** For the owner alone; all that enrolment writes is the operator's. */
const OWNER_ONLY = 0o600
const FOLDER = 0o700

/**
 * Keeps a file that must not be there yet: a key is never overwritten. Under its name it is whole or not there,
 * whenever the process is killed; what may stay is a file that ends in `.new`.
 * @returns whether it was kept; false: there is one already
 * @throws enroll-file
 */
export async function keepNew(disk: Disk, path: string, text: string): Promise<boolean> {
  const draft = await write(disk, path, text, OWNER_ONLY)
  try {
    // A rename would take the place of a file that another process has just put there.
    await disk.link(draft, path)
    return true
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw failed(path, cause)
  } finally {
    await disk.remove(draft).catch(() => undefined)
  }
}

/** Keeps a file in the place of what is there, whole or not at all, with that one's permissions. @throws enroll-file */
export async function keep(disk: Disk, path: string, text: string): Promise<void> {
  const draft = await write(disk, path, text, await modeOf(disk, path))
  try {
    await disk.rename(draft, path)
  } catch (cause) {
    await disk.remove(draft).catch(() => undefined)
    throw failed(path, cause)
  }
}

async function modeOf(disk: Disk, path: string): Promise<number> {
  try {
    return (await disk.mode(path)) ?? OWNER_ONLY
  } catch (cause) {
    throw failed(path, cause)
  }
}

/** Beside its place, since only within a folder is it certain that a rename moves nothing. */
async function write(disk: Disk, path: string, text: string, mode: number): Promise<string> {
  const draft = join(dirname(path), `.${basename(path)}.${disk.unique()}.new`)
  try {
    await disk.folder(dirname(path), FOLDER)
    await disk.create(draft, text, mode)
    return draft
  } catch (cause) {
    await disk.remove(draft).catch(() => undefined)
    throw failed(path, cause)
  }
}

function failed(path: string, cause: unknown): Error {
  return enrollError('enroll-file', {
    message: `Cannot write ${path}: ${messageOf(cause)}`,
    place: path,
    cause,
  })
}
