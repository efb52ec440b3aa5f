import type { Check, Violation } from './check.js'

/**
 * S8: attempts are numbered, and a second run of ours applies only where the first was displaced: somebody else's run
 * stood in the evidence, or it died without a record.
 */
export const checkOnce: Check = ({ report }, nodes) =>
  [...nodes.values()].flatMap((node): Violation[] => {
    const ours = node.runs.filter((run) => run.by === report.caller)
    const attempts = report.nodes[node.name]?.attempts ?? 0
    const violations: Violation[] = []
    if (ours.length > attempts) {
      const message = `was run ${ours.length} times, the report says ${attempts}`
      violations.push({ promise: 'S8', node: node.name, message })
    }
    const applied = ours.filter((run) => run.started !== null && run.ending !== 'killed')
    const others = node.runs.some((run) => run.by !== report.caller && run.started !== null)
    if (applied.length > 1 && !others) {
      violations.push({ promise: 'S8', node: node.name, message: 'two runs of ours applied' })
    }
    return violations
  })
