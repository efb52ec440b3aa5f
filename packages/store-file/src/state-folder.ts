import { access } from 'node:fs'
import { mkdir, open, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, isAbsolute, join, resolve } from 'node:path'
import { messageOf } from '@choirmaster/core/provide'
import { fail } from './errors.js'

/** What the name of a journal ends with. */
export const JOURNAL_ENDING = '.ndjson'

/** Where journals and locks are. */
export interface Folders {
  readonly runs: string
  readonly locks: string
}

/**
 * The folders of a store: below `dir` (relative: to `baseDir`), else below `$XDG_STATE_HOME/choirmaster`,
 * else below `~/.local/state/choirmaster`. XDG Base Directory 0.8: a relative XDG_STATE_HOME is to be ignored.
 */
export function stateFolders(
  dir: string | undefined,
  baseDir: string,
  env: Readonly<Record<string, string | undefined>>,
): Folders {
  const root = dir === undefined ? defaultRoot(env) : resolve(baseDir, dir)
  return { runs: join(root, 'runs'), locks: join(root, 'locks') }
}

function defaultRoot(env: Readonly<Record<string, string | undefined>>): string {
  const xdg = env['XDG_STATE_HOME']
  if (xdg !== undefined && isAbsolute(xdg)) return join(xdg, 'choirmaster')
  return join(env['HOME'] || homedir(), '.local', 'state', 'choirmaster')
}

/**
 * Makes a folder that only its owner can read, and makes its name durable.
 * @throws CodedError `store-unusable`
 */
export async function makeFolder(folder: string): Promise<void> {
  try {
    // Not `recursive`: Node 20 turns in circles for ever, deaf to signals, where a folder that is there can have none below
    // it (`/proc`).
    for (const missing of await missingFolders(folder)) {
      await mkdir(missing, { mode: 0o700 }).catch(async (cause: unknown) => {
        // Somebody else made it meanwhile, or a file is in the way.
        const found = errnoOf(cause) === 'EEXIST' ? await stat(missing) : undefined
        if (found?.isDirectory() !== true) throw cause
      })
      await syncFolder(dirname(missing))
    }
  } catch (cause) {
    throw unusable(folder, cause)
  }
}

/** The folder and those above it that are not there, the uppermost first. @throws what the system says, `ENOTDIR` */
async function missingFolders(folder: string): Promise<readonly string[]> {
  const found = await stat(folder).catch((cause: unknown) => {
    if (errnoOf(cause) !== 'ENOENT') throw cause
    return undefined
  })
  if (found?.isDirectory()) return []
  // A file is in the way: to make the folder says so.
  if (found !== undefined) return [folder]
  return [...(await missingFolders(dirname(folder))), folder]
}

/**
 * Whether a file is there. Asked at each write and each change, mostly of files that are not: by callback that costs two
 * thirds of what a promise of `fs` costs, which makes an error with its stack.
 * @throws CodedError `store-unusable`
 */
export function isThere(file: string): Promise<boolean> {
  return new Promise((tell, reject) => {
    access(file, (cause) => {
      if (cause === null) tell(true)
      else if (errnoOf(cause) === 'ENOENT') tell(false)
      else reject(unusable(file, cause))
    })
  })
}

/** Makes the names in a folder durable: a file's own fsync does not cover its name. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

export function unusable(path: string, cause: unknown): Error {
  return fail('store-unusable', {
    message: `The run store cannot use ${path}: ${reasonOf(cause)}`,
    place: path,
    cause,
  })
}

/** `ENOENT` of a file system error, else ''. */
export function errnoOf(cause: unknown): string {
  const code = (cause as { code?: unknown } | null)?.code
  return typeof code === 'string' ? code : ''
}

/** What a file system error says, without Node's repetition of call and path. */
export function reasonOf(cause: unknown): string {
  const text = messageOf(cause)
  const said = /^[A-Z]+: ([^,]+),/.exec(text)
  return said?.[1] ?? text
}
