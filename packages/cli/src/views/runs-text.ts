import type { ListedRun } from '@choirmaster/core/provide'
import { cleanLine } from './clean.js'
import { tableText } from './table-text.js'
import { stampOf } from './time.js'

/** Runs as a table. Lines without ends. */
export function* runsText(runs: readonly ListedRun[]): Generator<string> {
  if (runs.length === 0) {
    yield 'No runs yet'
    return
  }
  const rows = runs.map(({ run, at, result, environment, nodes, by }) => [
    run,
    stampOf(cleanLine(at)),
    result ?? 'unfinished',
    cleanLine(environment),
    String(nodes),
    cleanLine(by),
  ])
  yield* tableText(['RUN', 'STARTED', 'RESULT', 'ENVIRONMENT', 'NODES', 'BY'], rows)
}
