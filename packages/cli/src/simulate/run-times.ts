import type { RunEvent } from '@choirmaster/core/provide'
import type { Random } from '@choirmaster/core'
import type { FaultEntry, Scenario } from '@choirmaster/simulator'

/** How long Puppet took on nodes in past runs: seconds by certname, newest first. */
export type RunTimes = ReadonlyMap<string, readonly number[]>

/** @param journals of real runs, newest first; what only pretended or was not proven tells nothing */
export function runTimesOf(journals: readonly (readonly RunEvent[])[]): RunTimes {
  const times = new Map<string, number[]>()
  for (const [created, ...events] of journals) {
    if (created?.type !== 'created' || created.options.run.noop) continue
    for (const event of events) {
      if (event.type !== 'judged') continue
      const { result, evidence } = event.verdict
      const seconds = evidence['seconds']
      const node = created.plan.nodes[event.node]
      if (node === undefined || typeof seconds !== 'number') continue
      if (result !== 'changed' && result !== 'unchanged') continue
      const known = times.get(node)
      if (known === undefined) times.set(node, [seconds])
      else known.push(seconds)
    }
  }
  return times
}

/**
 * The scenario with each node's runs as long as one of its past runs was, drawn; nodes without a past are as all others
 * together. What the scenario says of times stands above that.
 */
export function withRunTimes(
  scenario: Scenario,
  times: RunTimes,
  nodes: readonly string[],
  random: Random,
): Scenario {
  const known: Record<string, readonly FaultEntry[]> = {}
  for (const node of nodes) {
    const past = times.get(node) ?? []
    const seconds = past[Math.floor(random.next() * past.length)]
    if (seconds !== undefined) known[node] = [{ fault: 'run-time', seconds }]
  }
  // Later faults win, and one name may stand in both.
  const told = Object.entries(scenario.nodes ?? {})
  const merged = told.map(([name, faults]) => [name, [...(known[name] ?? []), ...faults]] as const)
  const usual = spreadOf([...times.values()].flat())
  return {
    ...scenario,
    defaults: { ...(usual && { run: usual }), ...scenario.defaults },
    nodes: { ...known, ...Object.fromEntries(merged) },
  }
}

/** Log-normal with the median and the spread of these; undefined: none are known. */
function spreadOf(seconds: readonly number[]): { median: number; sigma: number } | undefined {
  const logs = seconds.filter((one) => one > 0).map(Math.log)
  if (logs.length === 0) return undefined
  const sorted = logs.toSorted((a, b) => a - b)
  const mean = logs.reduce((sum, one) => sum + one, 0) / logs.length
  const variance = logs.reduce((sum, one) => sum + (one - mean) ** 2, 0) / logs.length
  return {
    median: Math.exp(sorted[Math.floor(sorted.length / 2)] ?? 0),
    sigma: Math.sqrt(variance),
  }
}
