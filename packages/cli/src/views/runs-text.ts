import type { RunHeader } from '@choirmaster/core/provide'
import { cleanLine } from './clean.js'
import { tableText } from './table-text.js'

/** Runs as a table. Lines without ends. */
export function* runsText(runs: readonly RunHeader[]): Generator<string> {
  if (runs.length === 0) {
    yield 'No runs yet'
    return
  }
  const rows = runs.map(({ run, at, by, environment, nodes }) => [
    run,
    at,
    cleanLine(environment),
    String(nodes),
    cleanLine(by),
  ])
  yield* tableText(['RUN', 'STARTED', 'ENVIRONMENT', 'NODES', 'BY'], rows)
}
