import type { NodeResult, RunReport, RunResult } from '@choirmaster/core'

/** What came of some simulated runs; the JSON of `choirmaster simulate`. */
export interface Simulation {
  readonly schema: 'choirmaster.simulation/1'
  /** Seed of the first; the others follow it. */
  readonly seed: number
  readonly runs: number
  readonly nodes: number
  /** Nodes whose run times are those of past runs; of the others they are assumed. */
  readonly with_history: number
  readonly results: Readonly<Partial<Record<RunResult, number>>>
  /** How long the whole run would take. */
  readonly seconds: {
    readonly median: number
    readonly p90: number
    readonly least: number
    readonly most: number
  }
  /** Nodes that some run did not prove: how often with which result. */
  readonly not_proven: Readonly<Record<string, Readonly<Partial<Record<NodeResult, number>>>>>
  /** In how many runs the node stayed disabled. */
  readonly left_disabled: Readonly<Record<string, number>>
  /** Of a single run. */
  readonly report?: RunReport
}

/** @param reports of at least one run */
export function simulationOf(
  reports: readonly RunReport[],
  seed: number,
  withHistory: number,
): Simulation {
  const results: Partial<Record<RunResult, number>> = {}
  const unproven: Record<string, Partial<Record<NodeResult, number>>> = {}
  const left: Record<string, number> = {}
  for (const { result, nodes, left_disabled: disabled } of reports) {
    results[result] = (results[result] ?? 0) + 1
    for (const [name, node] of Object.entries(nodes)) {
      if (node.result === 'changed' || node.result === 'unchanged') continue
      const of = (unproven[name] ??= {})
      of[node.result] = (of[node.result] ?? 0) + 1
    }
    for (const name of Object.keys(disabled)) left[name] = (left[name] ?? 0) + 1
  }
  const times = reports.map(secondsOf).sort((a, b) => a - b)
  const [only] = reports
  return {
    schema: 'choirmaster.simulation/1',
    seed,
    runs: reports.length,
    nodes: Object.keys(only?.nodes ?? {}).length,
    with_history: withHistory,
    results,
    seconds: {
      median: part(times, 0.5),
      p90: part(times, 0.9),
      least: times[0] ?? 0,
      most: times.at(-1) ?? 0,
    },
    not_proven: unproven,
    left_disabled: left,
    ...(reports.length === 1 && only !== undefined && { report: only }),
  }
}

function secondsOf({ started, ended }: RunReport): number {
  return Math.round((Date.parse(ended ?? started) - Date.parse(started)) / 1000)
}

/** The least time that this part of the runs does not exceed (nearest rank). */
function part(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0
}
