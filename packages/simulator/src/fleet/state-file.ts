import { randomBytes } from 'node:crypto'
import { open, readFile, rename, unlink } from 'node:fs/promises'
import { fail, reasonOf } from '../errors.js'
import type { SavedFleet } from './fleet.js'

const STATE_SCHEMA = 'choirmaster.fleet-state/1'

/** A fleet that was saved; undefined when there is no such file yet. @throws CodedError `simulator-state-unusable` */
export async function readState(file: string): Promise<SavedFleet | undefined> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw unusable(`Cannot read ${file}: ${reasonOf(cause)}`, file, cause)
  })
  if (text === undefined) return undefined
  let saved: (SavedFleet & { readonly schema?: unknown }) | null
  try {
    saved = JSON.parse(text) as typeof saved
  } catch (cause) {
    throw unusable(`${file} is no state of a simulated fleet: it is not JSON`, file, cause)
  }
  if (saved?.schema !== STATE_SCHEMA) {
    throw unusable(`${file} is no state of a simulated fleet that this version can read`, file)
  }
  return saved
}

/** Replaces the file whole or not at all, 0600. @throws CodedError `simulator-state-unusable` */
export async function writeState(file: string, fleet: SavedFleet): Promise<void> {
  const fresh = `${file}.${randomBytes(6).toString('hex')}.new`
  try {
    const handle = await open(fresh, 'wx', 0o600)
    try {
      await handle.writeFile(`${JSON.stringify({ schema: STATE_SCHEMA, ...fleet })}\n`)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(fresh, file)
  } catch (cause) {
    await unlink(fresh).catch(() => undefined)
    throw unusable(`Cannot write ${file}: ${reasonOf(cause)}`, file, cause)
  }
}

function unusable(message: string, place: string, cause?: unknown): Error {
  return fail('simulator-state-unusable', { message, place, cause })
}
