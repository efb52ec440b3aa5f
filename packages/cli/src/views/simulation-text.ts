import type { Simulation } from '../simulate/simulation.js'
import { cleanLine } from './clean.js'
import { noopText } from './noop-text.js'
import { duration } from './time.js'
import { count } from './words.js'

/** Nodes listed; all of them are in the JSON. */
const LISTED = 50

const span = (seconds: number): string => duration(seconds * 1000)

/** What would come of a run. Lines without ends. */
export function* simulationText(simulation: Simulation): Generator<string> {
  const { seed, runs, nodes, with_history: known, seconds, report } = simulation
  const past =
    known === 0
      ? 'run times are assumed, as no past run is known'
      : `run times of ${known} from past runs, of ${nodes - known} assumed`
  yield `Simulated, nothing was touched: ${count(nodes, 'node')}, ${past}`
  if (report !== undefined) {
    yield `With seed ${seed} the run ${report.result === 'succeeded' ? 'would succeed' : `would end as ${report.result}`} after ${span(seconds.median)}: ${counted(report.counts)}`
    if (report.reason !== null) yield `Because: ${cleanLine(report.reason)}`
    yield* noopText(report)
  } else {
    yield `${count(runs, 'run')}, seeds ${seed} to ${seed + runs - 1}: ${counted(simulation.results)}`
    yield `Time: ${span(seconds.median)} (median), ${span(seconds.p90)} at most in 9 of 10 runs; ${span(seconds.least)} to ${span(seconds.most)}`
  }
  yield* table('Not proven:', Object.entries(simulation.not_proven), (name, results) => {
    const reason = report?.nodes[name]?.reason
    return reason === undefined
      ? `${counted(results)} of ${count(runs, 'run')}`
      : `${Object.keys(results).join()}: ${cleanLine(reason)}`
  })
  yield* table('Would stay disabled:', Object.entries(simulation.left_disabled), (name, times) => {
    const reason = report?.left_disabled[name]?.reason
    return reason === undefined ? `in ${times} of ${count(runs, 'run')}` : cleanLine(reason)
  })
}

function counted(counts: Readonly<Partial<Record<string, number>>>): string {
  return Object.entries(counts)
    .map(([what, many]) => `${many ?? 0} ${what}`)
    .join(', ')
}

function* table<T>(
  title: string,
  rows: readonly (readonly [string, T])[],
  tell: (name: string, value: T) => string,
): Generator<string> {
  if (rows.length === 0) return
  const shown = rows.slice(0, LISTED)
  const width = Math.max(...shown.map(([name]) => name.length))
  yield ''
  yield title
  for (const [name, value] of shown)
    yield `  ${cleanLine(name).padEnd(width)}  ${tell(name, value)}`
  if (rows.length > LISTED) yield `  and ${rows.length - LISTED} more`
}
