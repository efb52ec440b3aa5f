import { type PastRuns, pastRunsOf } from '@choirmaster/core'
import type { Session } from '../session.js'
import { type Past, readPast } from './read-past.js'

/** A run begins no later for its past: what is not read by then is left out. */
const PATIENCE_MS = 1_000

/**
 * What past runs tell of the nodes that are to be run; undefined: nothing. A fleet that is simulated has none, as the past
 * is of other nodes.
 * @param warn told why nothing could be read: a run needs no past
 */
export async function pastOfPlan(
  session: Session,
  nodes: readonly string[],
  warn: (line: string) => void,
): Promise<PastRuns | undefined> {
  if (session.simulated !== false) return undefined
  const { SIMULATED_CALLER: simulated } = await import('@choirmaster/simulator')
  const { clock } = session
  try {
    const until = { clock, at: clock.now() + PATIENCE_MS }
    return knownOf(nodes, await readPast(await session.openStore(), { simulated, until }))
  } catch (error) {
    const { message } = error as Error
    warn(
      `Past runs cannot be read, so nothing is known of run times before the first ends: ${message}`,
    )
    return undefined
  }
}

/** The same by numbers of the plan. */
export function knownOf(nodes: readonly string[], { runs, before }: Past): PastRuns | undefined {
  const times = nodes.map((node) => (runs.get(node) ?? []).map((one) => one.sinceRequest))
  if (before === undefined) return pastRunsOf(times)
  const seconds = new Map(before.nodes.map((name, n) => [name, before.past.nodes[n] ?? null]))
  const known = nodes.map((name) => seconds.get(name) ?? null)
  return pastRunsOf(times, { ...before.past, nodes: known })
}
