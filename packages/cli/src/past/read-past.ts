import { isCodedError, type Clock, type PastRuns, type RunEvent } from '@choirmaster/core'
import type { RunStore } from '@choirmaster/core/provide'
import { eachEvent } from '../read-events.js'
import { whole } from '../site-plan.js'

/** So many of the newest runs are read: older ones say less of today. */
const RUNS_READ = 10

/** A proven real run of Puppet. */
interface PastRun {
  /** How long Puppet took, by its own word. */
  readonly seconds: number
  /** From the request to the end, by the node's clock: what a node is asked by. */
  readonly sinceRequest: number
}

/** Past runs as the store tells of them. */
export interface Past {
  /** By certname, newest first. */
  readonly runs: ReadonlyMap<string, readonly PastRun[]>
  /** Where time was up: what the newest run knew when it began, by certname. */
  readonly before: { readonly nodes: readonly string[]; readonly past: PastRuns } | undefined
}

export interface ReadPast {
  /** Caller of simulated runs, which tell nothing. */
  readonly simulated: string
  /** Reading ends then, by the clock, with what is known; absent: when all is read. */
  readonly until?: { readonly clock: Clock; readonly at: number }
}

/** What was read so far. */
interface Reading {
  readonly runs: Map<string, PastRun[]>
  before: Past['before']
}

/**
 * Proven runs of the newest real runs of the store. Reads only, and takes no lock. When time is up it does not wait for the
 * store either: one on another continent takes a while to list its runs.
 */
export async function readPast(store: RunStore, { simulated, until }: ReadPast): Promise<Past> {
  const reading: Reading = { runs: new Map(), before: undefined }
  const isUp = (): boolean => until !== undefined && until.clock.now() >= until.at
  const all = readInto(reading, store, simulated, isUp)
  if (until === undefined) await all
  else {
    const { clock, at } = until
    const over = new AbortController()
    const timeIsUp = clock.sleepUntil(at, over.signal).catch(() => undefined)
    await Promise.race([clock.hold(all), timeIsUp]).finally(() => over.abort())
  }
  const { runs, before } = reading
  return { runs, before: isUp() ? before : undefined }
}

async function readInto(
  reading: Reading,
  store: RunStore,
  simulated: string,
  isUp: () => boolean,
): Promise<void> {
  let read = 0
  for await (const { run, by } of store.list(whole)) {
    if (read === RUNS_READ || isUp()) break
    if (by === simulated) continue
    try {
      let created: Created | undefined
      for await (const event of eachEvent(store, run)) {
        // A store that was slow may answer when nobody waits any more.
        if (created !== undefined && isUp()) break
        if (event.type === 'created') created = event
        if (created === undefined || created.options.run.noop) break
        if (created.past) reading.before ??= { nodes: created.plan.nodes, past: created.past }
        note(reading.runs, created, event)
      }
      if (created?.options.run.noop === false) read++
    } catch (error) {
      // One that ended before it began, or is damaged, hides no other.
      if (!isCodedError(error)) throw error
    }
  }
}

type Created = Extract<RunEvent, { type: 'created' }>

/** What only pretended or was not proven tells nothing. */
function note(runs: Map<string, PastRun[]>, { plan }: Created, event: RunEvent): void {
  if (event.type !== 'judged') return
  const { result, evidence } = event.verdict
  if (result !== 'changed' && result !== 'unchanged') return
  const node = plan.nodes[event.node]
  const { seconds, lastrun, requested_at: requested } = evidence
  if (node === undefined || typeof seconds !== 'number') return
  const took =
    typeof lastrun === 'number' && typeof requested === 'number' ? lastrun - requested : seconds
  // Whole seconds, and clocks that were set meanwhile.
  const one = { seconds, sinceRequest: Math.max(took, seconds) }
  const known = runs.get(node)
  if (known === undefined) runs.set(node, [one])
  else known.push(one)
}
