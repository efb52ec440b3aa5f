import { readFile } from 'node:fs/promises'
import { fail, reasonOf } from '../errors.js'
import type { FleetChange, SavedFleet } from './fleet.js'
import type { Turn } from './turn.js'

export const STATE_SCHEMA = 'choirmaster.fleet-state/1'

/** A fleet with what stands before it in its file. */
interface KeptFleet extends SavedFleet {
  readonly turn?: Turn
}

/** A fleet that was saved; undefined when there is no such file yet. @throws CodedError `simulator-state-unusable` */
export async function readState(file: string): Promise<KeptFleet | undefined> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw unusable(`Cannot read ${file}: ${reasonOf(cause)}`, file, cause)
  })
  if (text === undefined) return undefined
  // What follows the last line end was cut off with the process that wrote it.
  const [first = '', ...lines] = text.split('\n').slice(0, text.includes('\n') ? -1 : 1)
  let saved: (KeptFleet & { readonly schema?: unknown }) | null
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
function applied(saved: KeptFleet, changes: readonly FleetChange[]): KeptFleet {
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

export function unusable(message: string, place: string, cause?: unknown): Error {
  return fail('simulator-state-unusable', { message, place, cause })
}
