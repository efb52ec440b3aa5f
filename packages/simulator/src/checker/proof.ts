import type { Check, Violation } from './check.js'
import type { NodeHistory } from './history.js'

/** S2: a proven node had a good run that began after our request, and no bad one between that and our release. */
export const checkProof: Check = ({ report }, nodes) => {
  const violations: Violation[] = []
  for (const [name, { result }] of Object.entries(report.nodes)) {
    if (result !== 'changed' && result !== 'unchanged') continue
    const node = nodes.get(name)
    const message = node === undefined ? 'was never reached' : whyUnproven(node)
    if (message !== null)
      violations.push({ promise: 'S2', node: name, message: `${result}, but it ${message}` })
  }
  return violations
}

function whyUnproven(node: NodeHistory): string | null {
  const asked = node.requests.find((request) => request.action === 'runonce')
  if (asked === undefined) return 'was never asked to run'
  const good = node.runs.filter(
    (run) => run.good && run.started !== null && run.started >= asked.sent,
  )
  return good.length === 0 ? 'had no good run that began after our request' : null
}
