import type { PastRuns, RunEvent, RunStore } from '@choirmaster/core'
import { memoryStore } from '@choirmaster/core/testing'

/** A run as its journal tells of it: how long Puppet took on each node, seconds. */
export interface ToldRun {
  readonly seconds: Readonly<Record<string, number>>
  readonly result?: string
  readonly noop?: boolean
  readonly by?: string
  /** What it knew when it began. */
  readonly past?: PastRuns
}

/** A store of these runs, newest first. Each end came 3 s after what Puppet counts. */
export async function pastStore(...runs: readonly ToldRun[]): Promise<RunStore> {
  const store = memoryStore()
  const call = { signal: new AbortController().signal }
  for (const [i, told] of [...runs.entries()].reverse()) {
    const nodes = Object.keys(told.seconds)
    const header = {
      run: `run-${i}`,
      at: `2026-11-${21 - i}T10:00:00Z`,
      by: told.by ?? 'choria=deploy.mcollective',
      environment: 'production',
      nodes: nodes.length,
    }
    const { noop = false, result = 'changed', past } = told
    const created = { type: 'created', options: { run: { noop } }, plan: { nodes }, past }
    const judged = nodes.map((name, node) => {
      const seconds = told.seconds[name] ?? 0
      const evidence = { seconds, requested_at: 1_000, lastrun: 1_003 + seconds }
      return { type: 'judged', node, verdict: { result, evidence } }
    })
    const events = [created, ...judged] as unknown as RunEvent[]
    await (await store.create(header, call)).append(events, { epoch: 1, seq: 0 }, call)
  }
  return store
}
