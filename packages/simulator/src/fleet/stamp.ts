import { fstatSync, statSync } from 'node:fs'

/** Tells whether a file is still what it was; undefined: there is none. */
export interface Stamp {
  /** Another one when it was replaced. */
  readonly id: string
  readonly size: bigint
  readonly at: bigint
}

export function stampOf(file: string): Stamp | undefined {
  const found = statSync(file, { bigint: true, throwIfNoEntry: false })
  if (found === undefined) return undefined
  return { id: `${found.dev}/${found.ino}`, size: found.size, at: found.mtimeNs }
}

export function isSame(one: Stamp | undefined, other: Stamp | undefined): boolean {
  return one?.id === other?.id && one?.size === other?.size && one?.at === other?.at
}

/** Whether it was appended to: only who changes nodes does. */
export function hasGrown(before: Stamp | undefined, now: Stamp | undefined): boolean {
  return before !== undefined && before.id === now?.id && before.size !== now.size
}

/** Whether the file of this name is the one that is open. */
export function isOpen(file: string, descriptor: number): boolean {
  const [there, open] = [statSync(file, { throwIfNoEntry: false }), fstatSync(descriptor)]
  return there?.ino === open.ino && there.dev === open.dev
}
