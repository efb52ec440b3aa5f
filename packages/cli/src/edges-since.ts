import {
  type Because,
  type Clock,
  type Environment,
  makePlan,
  type Milliseconds,
  type Plan,
} from '@choirmaster/core'
import { sha256, systemClock } from '@choirmaster/core/system'
import type { CatalogChoice } from './planfile/planfile.schema.js'
import type { Session } from './session.js'
import { errorObject } from './views/error.js'

/** An order that came into the graph while nodes ran: `to` should have waited for `from`, and did not. */
export interface NotHonoured {
  readonly from: string
  readonly to: string
  readonly because: readonly Because[]
}

/** By node of a plan, its group. */
function groupsOf(plan: Plan): Uint32Array {
  const groups = new Uint32Array(plan.nodes.length)
  plan.groups.forEach((nodes, group) => {
    for (const node of nodes) groups[node] = group
  })
  return groups
}

/** Edges between nodes that ran which the plan did not have, and that its groups did not happen to keep. */
export function notHonoured(ran: Plan, now: Plan): readonly NotHonoured[] {
  const numbers = new Map(ran.nodes.map((name, number) => [name, number]))
  const groups = groupsOf(ran)
  const found: NotHonoured[] = []
  now.nodes.forEach((to, waiting) => {
    const last = numbers.get(to)
    if (last === undefined) return
    const { offsets, targets } = now.producers
    for (let edge = offsets[waiting] as number; edge < (offsets[waiting + 1] as number); edge++) {
      const producer = targets[edge] as number
      const from = now.nodes[producer] as string
      const first = numbers.get(from)
      if (first === undefined || (groups[first] as number) < (groups[last] as number)) continue
      found.push({ from, to, because: now.because(producer, waiting) })
    }
  })
  return found
}

/** What ran, and how its graph was read. */
export interface Ran {
  readonly session: Pick<Session, 'openCatalog'>
  readonly plan: Plan
  readonly catalog: CatalogChoice
  /** What holds the choice of the source, other than the configuration: a plan file, a run. */
  readonly place?: string | undefined
  /** Aborts when nobody wants to wait for it any more. */
  readonly left: AbortSignal
  /** Default: that of the real world, which is where the graph is read. */
  readonly clock?: Clock
  /** Told where the graph cannot be read now, which takes nothing back of the run. */
  warn(message: string): void
}

/** The run is over and its exit code does not depend on the graph: a source that does not answer keeps nobody longer. */
const PATIENCE_MS: Milliseconds = 60_000

/**
 * Reads the graph again after a run and tells the orders that came meanwhile: none from a source that no run changes.
 * Never rejects, and takes no longer than a minute.
 */
export async function edgesSince(ran: Ran): Promise<readonly NotHonoured[]> {
  const { session, catalog, place, left, clock = systemClock() } = ran
  const done = new AbortController()
  const signal = AbortSignal.any([left, done.signal])
  const read = async (): Promise<Environment | undefined> => {
    const source = await session.openCatalog(catalog, place)
    return await source.afterRun?.(catalog.environment ?? undefined, { signal })
  }
  try {
    const late = clock.sleepUntil(clock.now() + PATIENCE_MS, signal).then(
      () => Promise.reject(new Error('it could not be read again within a minute')),
      () => Promise.reject(new Error('interrupted')),
    )
    const after = await Promise.race([late, read()])
    return after === undefined ? [] : appeared(ran.plan, after)
  } catch (error) {
    const { message } = errorObject(error)
    ran.warn(`Warning: whether the graph changed under the run is not known: ${message}`)
    return []
  } finally {
    // Ends the timer, and the question to the source.
    done.abort()
  }
}

function appeared(plan: Plan, after: Environment): readonly NotHonoured[] {
  // Nodes that are gone meanwhile can be neither excluded nor assumed.
  const there = new Set(Object.keys(after.applications))
  const instances = plan.selection.instances.filter((name) => there.has(name))
  return notHonoured(plan, makePlan(after, { instances, assumeDone: [], exclude: [] }, sha256))
}
