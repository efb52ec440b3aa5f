import type { ReleaseReport, ReleaseResult } from '@choirmaster/core'
import { EXIT_DONE, EXIT_LEFT_DISABLED } from '../exit-codes.js'
import { cleanLine } from './clean.js'
import type { Colours } from './colour.js'
import { count } from './words.js'

/** 7 while a node may still be disabled by the run. */
export function releaseExit({ left }: ReleaseReport): number {
  return left.length > 0 ? EXIT_LEFT_DISABLED : EXIT_DONE
}

/** What became of each node that the run may have left disabled. Lines without ends. */
export function* releaseText(
  report: ReleaseReport,
  { good, bad, dim }: Colours,
): Generator<string> {
  const paint: Readonly<Record<ReleaseResult, (text: string) => string>> = {
    enabled: good,
    'was enabled': dim,
    foreign: dim,
    'not enabled': bad,
    'no answer': bad,
  }
  const entries = Object.entries(report.nodes)
  for (const [node, { result, reason }] of entries) {
    // The reason says so itself.
    const what = result === 'was enabled' ? '' : `${paint[result](result)}, `
    yield `${cleanLine(node)}: ${what}${cleanLine(reason)}`
  }
  const enabled = entries.filter(([, { result }]) => result === 'enabled').length
  const left = report.left.length
  yield `${count(enabled, 'node')} enabled${left > 0 ? `, ${count(left, 'node')} may still be disabled by the run` : ''}`
}
