import type { Created } from '../run/create-state.js'
import { DEFAULT_OPTIONS, type EngineOptions } from '../run/options.js'
import type { RunPlan } from '../run/run-plan.js'

/** A run plan of nodes `a`, `b` … with these edges (`a>b`: b waits for a); one application holds each connected list. */
export function runPlan(
  groups: readonly (readonly string[])[],
  edges: readonly string[] = [],
  applications: Readonly<Record<string, readonly string[]>> = {},
): RunPlan {
  const nodes = groups.flat().sort()
  const number = (name: string): number => nodes.indexOf(name)
  const pairs = edges.map((edge) => edge.split('>').map(number))
  return {
    environment: 'production',
    digest: 'd'.repeat(64),
    nodes,
    edges: pairs.flat(),
    groups: groups.map((group) => group.map(number)),
    applications: Object.entries(applications).map(([name, members]) => ({
      name,
      nodes: members.map(number),
      producers: pairs
        .filter(
          ([from, to]) =>
            members.includes(nodes[to as number] ?? '') &&
            !members.includes(nodes[from as number] ?? ''),
        )
        .map(([from]) => from as number),
    })),
  }
}

/** The first event of a run with this plan, at time 0. */
export function created(plan: RunPlan, options: Partial<EngineOptions> = {}): Created {
  return {
    type: 'created',
    at: 0,
    version: 1,
    run: '20261122T111547-k3f9q2',
    caller: 'choria=test.mcollective',
    lockText:
      'choirmaster run=20261122T111547-k3f9q2 by=choria=test.mcollective at=2026-11-22T11:15:47Z',
    openFor: 80_000,
    options: { ...DEFAULT_OPTIONS, ...options },
    plan,
  }
}
