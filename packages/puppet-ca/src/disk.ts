import { randomBytes } from 'node:crypto'
import { link, mkdir, open, rename, stat, unlink } from 'node:fs/promises'

/** The steps that files are kept by, each of which may be the last one before a kill. Real: `nodeDisk()`. */
export interface Disk {
  /** A name that no other process uses. */
  unique(): string
  /** With what leads to it; one that exists stays as it is. */
  folder(path: string, mode: number): Promise<void>
  /** Writes a new file and resolves when it is durable. Rejects where it exists. */
  create(path: string, text: string, mode: number): Promise<void>
  /** Gives a file a second name; rejects with EEXIST where that is taken. */
  link(from: string, to: string): Promise<void>
  /** Puts a file in the place of another, all at once. */
  rename(from: string, to: string): Promise<void>
  remove(path: string): Promise<void>
  /** Permission bits; undefined: there is no such file. */
  mode(path: string): Promise<number | undefined>
}

export function nodeDisk(): Disk {
  return {
    unique: () => randomBytes(6).toString('hex'),
    async folder(path, mode) {
      await mkdir(path, { recursive: true, mode })
    },
    async create(path, text, mode) {
      const file = await open(path, 'wx', mode)
      try {
        await file.writeFile(text)
        await file.sync()
      } finally {
        await file.close()
      }
    },
    link,
    rename,
    remove: unlink,
    async mode(path) {
      const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return undefined
        throw error
      })
      return found && found.mode & 0o777
    },
  }
}
