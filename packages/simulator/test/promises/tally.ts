import { FAULTS } from '../../src/faults/registry.js'
import { TROUBLES } from '../engine/troubles.js'
import type { CaseResult } from './run-case.js'

/** What seeded runs have met, and how they ended. Plain data: other processes send it. */
export interface Tally {
  runs: number
  nodes: number
  /** Virtual seconds. */
  seconds: number
  /** How many nodes met each fault of the fleet, and how many runs each trouble of our own side. */
  readonly faults: Record<string, number>
  /** Runs by result, and nodes by result. */
  readonly results: Record<string, number>
  readonly outcomes: Record<string, number>
}

export function newTally(): Tally {
  const faults = Object.fromEntries([...FAULTS.keys(), ...TROUBLES].map((name) => [name, 0]))
  return { runs: 0, nodes: 0, seconds: 0, faults, results: {}, outcomes: {} }
}

export function count(tally: Tally, { simulated, case: { plan }, met }: CaseResult): void {
  tally.runs++
  tally.nodes += plan.nodes.length
  for (const trouble of met) add(tally.faults, trouble, 1)
  if (simulated === null) {
    add(tally.results, 'killed before the first change', 1)
    return
  }
  const { log, report, seconds } = simulated
  tally.seconds += seconds
  add(tally.results, report.result, 1)
  for (const [result, nodes] of Object.entries(report.counts)) add(tally.outcomes, result, nodes)
  for (const entry of log) {
    if (entry.what === 'fault') add(tally.faults, entry.fault, 1)
    else if (entry.what === 'node') {
      // What a node was born with strikes nobody: it is there.
      for (const name of entry.faults)
        if (FAULTS.get(name)?.strikes === 'always') add(tally.faults, name, 1)
    }
  }
}

/** Adds what another process has counted. */
export function merge(tally: Tally, other: Tally): void {
  tally.runs += other.runs
  tally.nodes += other.nodes
  tally.seconds += other.seconds
  for (const part of ['faults', 'results', 'outcomes'] as const) {
    for (const [name, many] of Object.entries(other[part])) add(tally[part], name, many)
  }
}

/** Faults that fewer nodes or runs met than `least`: they count as not tried. */
export function rare(tally: Tally, least: number): readonly string[] {
  return Object.keys(tally.faults)
    .filter((name) => (tally.faults[name] ?? 0) < least)
    .map((name) => `${name}: ${tally.faults[name] ?? 0}`)
}

function add(counts: Record<string, number>, name: string, many: number): void {
  counts[name] = (counts[name] ?? 0) + many
}
