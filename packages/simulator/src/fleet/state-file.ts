import { randomBytes } from 'node:crypto'
import { closeSync, fsyncSync, openSync, renameSync, unlinkSync, writeSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { fail, reasonOf } from '../errors.js'
import type { FleetChange, SavedFleet } from './fleet.js'

const STATE_SCHEMA = 'choirmaster.fleet-state/1'

/** A fleet on disk: a line with the whole fleet, then a line for each time that something happened to nodes. */
export interface StateFile {
  /** Writes what happened before anybody is told of it: who is killed at the next instant finds it again. */
  changed(change: FleetChange): void
  /** Writes the whole fleet once more. */
  close(): void
}

/** Bytes of changes that are kept beside the fleet itself before it is written anew: ten runs of a small fleet. */
const MOST_CHANGES = 4 * 1024 * 1024

/**
 * Replaces the file by the fleet as it is, and keeps it up to date, 0600.
 * @throws CodedError `simulator-state-unusable`, also of its functions
 */
export function openState(file: string, whole: () => SavedFleet): StateFile {
  let size = 0
  let changes = 0
  let descriptor = replace()

  function replace(): number {
    const text = `${JSON.stringify({ schema: STATE_SCHEMA, ...whole() })}\n`
    size = text.length
    changes = 0
    return writeWhole(file, text)
  }
  return {
    changed(change) {
      const line = `${JSON.stringify(change)}\n`
      changes += line.length
      if (changes > Math.max(MOST_CHANGES, size)) {
        closeSync(descriptor)
        descriptor = replace()
        return
      }
      try {
        writeSync(descriptor, line)
      } catch (cause) {
        throw unusable(`Cannot write ${file}: ${reasonOf(cause)}`, file, cause)
      }
    },
    close() {
      closeSync(descriptor)
      closeSync(replace())
    },
  }
}

/** Replaces the file whole or not at all. @returns its descriptor, to append to */
function writeWhole(file: string, text: string): number {
  const fresh = `${file}.${randomBytes(6).toString('hex')}.new`
  try {
    const descriptor = openSync(fresh, 'ax', 0o600)
    writeSync(descriptor, text)
    fsyncSync(descriptor)
    renameSync(fresh, file)
    return descriptor
  } catch (cause) {
    try {
      unlinkSync(fresh)
    } catch {
      // It was not even made.
    }
    throw unusable(`Cannot write ${file}: ${reasonOf(cause)}`, file, cause)
  }
}

/** A fleet that was saved; undefined when there is no such file yet. @throws CodedError `simulator-state-unusable` */
export async function readState(file: string): Promise<SavedFleet | undefined> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw unusable(`Cannot read ${file}: ${reasonOf(cause)}`, file, cause)
  })
  if (text === undefined) return undefined
  // What follows the last line end was cut off with the process that wrote it.
  const [first = '', ...lines] = text.split('\n').slice(0, text.includes('\n') ? -1 : 1)
  let saved: (SavedFleet & { readonly schema?: unknown }) | null
  try {
    saved = JSON.parse(first) as typeof saved
    if (saved?.schema !== STATE_SCHEMA) {
      throw unusable(`${file} is no state of a simulated fleet that this version can read`, file)
    }
    return applied(
      saved,
      lines.map((line) => JSON.parse(line) as FleetChange),
    )
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause
    throw unusable(`${file} is no state of a simulated fleet: it is not JSON`, file, cause)
  }
}

/** The fleet after these changes: each node of a change, and what is going to happen to it, replace what was. */
function applied(saved: SavedFleet, changes: readonly FleetChange[]): SavedFleet {
  if (changes.length === 0) return saved
  const nodes = new Map(saved.nodes.map((state) => [state.name, state]))
  const last = new Map<string, SavedFleet['events']>()
  for (const { state, events } of changes.flatMap((change) => change.nodes)) {
    nodes.set(state.name, state)
    last.set(
      state.name,
      events.map(({ at, event }) => ({ at, node: state.name, event })),
    )
  }
  const events = [
    ...saved.events.filter(({ node }) => !last.has(node)),
    ...[...last.values()].flat(),
  ].toSorted((a, b) => a.at - b.at)
  const { at } = changes.at(-1) ?? saved
  return { ...saved, at, nodes: [...nodes.values()], events }
}

function unusable(message: string, place: string, cause?: unknown): Error {
  return fail('simulator-state-unusable', { message, place, cause })
}
