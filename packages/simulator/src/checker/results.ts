import type { NodeReport } from '@choirmaster/core'
import type { Check, Violation } from './check.js'
import { askedToRun, judgedRun, type NodeHistory } from './history.js'
import type { Judged } from './judged.js'
import { isSaidToBeWaived, isWaived } from './waived.js'

/** R2: each node of the plan has exactly one result, with its reason, and what it says is what the fleet saw. */
export const checkResults: Check = (judged, nodes) => {
  const { plan, report } = judged
  const violations: Violation[] = []
  const names = Object.keys(report.nodes)
  if (names.length !== plan.nodes.length || plan.nodes.some((name) => !(name in report.nodes))) {
    const message = `${names.length} results for ${plan.nodes.length} nodes`
    violations.push({ promise: 'R2', message })
  }
  for (const [name, node] of Object.entries(report.nodes)) {
    const wrong = untruth(judged, name, node, nodes.get(name))
    if (wrong !== null)
      violations.push({ promise: 'R2', node: name, message: `${node.result}: ${wrong}` })
  }
  return violations
}

function untruth(
  judged: Judged,
  name: string,
  { result, code, reason, because, attempts }: NodeReport,
  history: NodeHistory | undefined,
): string | null {
  const { report, wire } = judged
  if (code === 'run-not-ended' || code === '' || reason === '') return 'without a code or a reason'
  // Of a run that left no record on the node either nobody can know, once the journal lost its own.
  const isKnown = (recorded: number | null): boolean => recorded !== null || judged.cut !== true
  const ran =
    history?.runs.some(
      ({ by, started, recorded }) => by === report.caller && started !== null && isKnown(recorded),
    ) ?? false
  switch (result) {
    case 'changed':
    case 'unchanged': {
      const ending = history && judgedRun(history)?.ending
      if (isSaidToBeWaived(judged, name) && !isWaived(judged, name))
        return 'unverified, though nothing kept it from being verified'
      // Nothing is proven of a run that was waived.
      if (isWaived(judged, name) || judged.options.run.noop) return null
      if (ending === result || ending === 'killed') return null
      return `the run that was judged ended as ${ending ?? 'nothing'}`
    }
    case 'skipped':
      return ran ? 'but it was run' : null
    case 'not reached':
      return ran ? 'but it was run' : null
    case 'cancelled': {
      const asked = wire.some(({ what }) => what === 'interrupt')
      return ran ? 'but it was run' : asked ? null : 'but nobody cancelled'
    }
    case 'refused':
      return ran && attempts === 0 ? 'but it was run' : null
    case 'failed':
      if (because !== null) return 'because of another node'
      return isSlandered(judged, history, code) ? 'but the run that was judged was good' : null
    case 'unknown':
      return because === null ? null : 'because of another node'
  }
}

/** Verdicts on a good run that prove nothing all the same: what would prove it cannot be read, or it was to pretend. */
const UNPROVEN: ReadonlySet<string> = new Set([
  'puppet-logs-unreadable',
  'puppet-environment-unproven',
  'puppet-noop',
])

/**
 * Its run is said to have failed, and did not; a run that began before ours was requested proves nothing. Of one that was
 * killed when it had written its summary the log does not tell what that says.
 */
function isSlandered(
  { options, report }: Judged,
  history: NodeHistory | undefined,
  code: string,
): boolean {
  if (history === undefined || options.run.noop) return false
  if (!code.startsWith('puppet-') || UNPROVEN.has(code)) return false
  const run = judgedRun(history)
  // Ours is asked for in the environment of the plan; what somebody else asked for, and wrote over it, is in that of the node.
  if (code === 'puppet-environment-differs' && run?.by !== report.caller) return false
  // By a clock that was set back somebody else's run after ours may end in the seconds of ours, of which the report tells.
  if (code.startsWith('puppet-report-') && isToldOfBad(history, report.caller)) return false
  const asked = askedToRun(history) ?? Infinity
  return run !== undefined && run.good && run.started !== null && run.started >= asked
}

/** Whether the witness had told of a bad run of ours. */
function isToldOfBad({ runs, sighted }: NodeHistory, caller: string): boolean {
  return runs.some(({ run, by, good }) => sighted.includes(run) && by === caller && !good)
}
