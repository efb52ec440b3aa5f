import type { PastRuns } from '@choirmaster/core'
import { count } from './words.js'

/** How much is known of run times before a run; nothing where nothing is. */
export function* pastText(past: PastRuns | undefined): Generator<string> {
  if (past === undefined) return
  const known = past.nodes.filter((one) => one !== null).length
  const rest = past.nodes.length - known
  yield `Run times of ${count(known, 'node')} from past runs${rest === 0 ? '' : `, of ${rest} assumed`}.`
}
