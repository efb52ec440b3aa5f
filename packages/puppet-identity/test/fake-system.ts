import { fileURLToPath } from 'node:url'
import { readFile } from 'node:fs/promises'
import type { System } from '../src/system.js'

/** Folder of the throwaway certificates; make-certificates.sh made them. */
export const TLS = fileURLToPath(new URL('./fixtures/tls/', import.meta.url))
export const SSLDIR = `${TLS}ssl`

/** A machine of the operator `rip` with these files; a file that is an Error cannot be read. Nothing else exists. */
export function fakeSystem(
  files: Readonly<Record<string, string | Error>> = {},
  more: Partial<System> = {},
): System {
  return {
    env: { USER: 'rip' },
    home: '/home/rip',
    user: 'rip',
    root: false,
    hostname: 'ops1',
    cwd: '/home/rip',
    readFile: async (path) => {
      const file = files[path]
      if (file instanceof Error) throw file
      return file
    },
    srv: async () => [],
    puppetSetting: async () => undefined,
    ...more,
  }
}

/** The same machine with the real files of the fixtures. */
export const realFiles: Partial<System> = {
  readFile: (path) =>
    readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined
      throw error
    }),
}

/** Random numbers from a list, then 0. */
export function scripted(...numbers: readonly number[]): { next(): number } {
  const left = [...numbers]
  return { next: () => left.shift() ?? 0 }
}

/** The code, place and text of what a promise rejects with. */
export async function failure(
  work: Promise<unknown>,
): Promise<{ code: string; message: string; hint: string; place: string | undefined }> {
  try {
    await work
  } catch (error) {
    return error as never
  }
  throw new Error('It did not fail')
}
