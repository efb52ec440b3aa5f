import type { Check, Violation } from './check.js'
import { earliestProof } from './earliest-proof.js'
import { askedToRun, isGood, judgedRun, type NodeHistory } from './history.js'
import type { Judged } from './judged.js'
import { isProven, isWaived } from './waived.js'

/** Endings that a summary tells without a log. */
const FAILED: ReadonlySet<string> = new Set([
  'failed-resources',
  'failed-refresh',
  'dependency-cycle',
  'killed',
])

/** S2: a proven node had a good run that began after our request, and it was the last one when the evidence was read. */
export const checkProof: Check = (judged, nodes) => {
  const violations: Violation[] = []
  for (const [name, { result }] of Object.entries(judged.report.nodes)) {
    if (!isProven(judged, name)) continue
    const node = nodes.get(name)
    const why = node === undefined ? 'was never reached' : whyUnproven(node, judged)
    if (why !== null)
      violations.push({ promise: 'S2', node: name, message: `${result}, but it ${why}` })
  }
  return violations
}

function whyUnproven(node: NodeHistory, judged: Judged): string | null {
  if (askedToRun(node) === undefined) return 'was never asked to run'
  const run = judgedRun(node)
  if (run === undefined) return 'recorded no run before its summary was read'
  if (run.started === null || run.started < earliestProof(node, judged))
    return 'had no run that began after our request'
  if (isGood(run)) return null
  // Of a run that was waived nobody knows which catalog it applied, but that nothing failed its summary tells.
  if (isWaived(judged, node.name) && !FAILED.has(run.ending ?? '')) return null
  return `had a run that ended as ${run.ending ?? ''}`
}
