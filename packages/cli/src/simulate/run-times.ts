import type { Random } from '@choirmaster/core'
import type { FaultEntry, Scenario } from '@choirmaster/simulator'
import type { Past } from '../past/read-past.js'

/**
 * The scenario with each node's runs as long as one of its past runs was, drawn; nodes without a past are as all others
 * together. What the scenario says of times stands above that.
 */
export function withRunTimes(
  scenario: Scenario,
  past: Past['runs'],
  nodes: readonly string[],
  random: Random,
): Scenario {
  const known: Record<string, readonly FaultEntry[]> = {}
  for (const node of nodes) {
    const own = past.get(node) ?? []
    const one = own[Math.floor(random.next() * own.length)]
    if (one !== undefined) known[node] = [{ fault: 'run-time', seconds: one.seconds }]
  }
  // Later faults win, and one name may stand in both.
  const told = Object.entries(scenario.nodes ?? {})
  const merged = told.map(([name, faults]) => [name, [...(known[name] ?? []), ...faults]] as const)
  const usual = spreadOf([...past.values()].flat().map(({ seconds }) => seconds))
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
