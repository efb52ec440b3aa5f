import { codeChanged } from './code-changed.js'
import { adoptedRun } from './adopt.js'
import { createState } from './create-state.js'
import { endingOf, exitOf, isLeftDisabled, lockOf } from './ending.js'
import type { RunEvent } from './events.js'
import { arithmetic, DEFAULT_FAILURES } from './policy/failure-policy.js'
import { reduce } from './reduce/reduce.js'
import type {
  LeftDisabled,
  NodeReport,
  NodeResult,
  PolicyReport,
  RunReport,
} from './report-types.js'
import type { NodeState, RunState } from './state.js'
import { InternalError } from '../errors/internal-error.js'

/** The report of a run: a pure function of its events. */
export function reportFromEvents(events: Iterable<RunEvent>): RunReport {
  let state: RunState | undefined
  for (const event of events) state = fold(state, event)
  return reportOf(begun(state))
}

/** The same of a journal that is read: no event is kept, as those of 50,000 nodes are too many to hold. */
export async function reportFromJournal(events: AsyncIterable<RunEvent>): Promise<RunReport> {
  let state: RunState | undefined
  for await (const event of events) state = fold(state, event)
  return reportOf(begun(state))
}

function fold(state: RunState | undefined, event: RunEvent): RunState {
  if (event.type === 'created') return createState(event)
  if (state === undefined) throw new InternalError('a journal begins with the event "created"')
  reduce(state, event)
  return state
}

function begun(state: RunState | undefined): RunState {
  if (state === undefined) throw new InternalError('an empty journal has no report')
  return state
}

/** The command that enables what a run left disabled: it needs nothing but the nodes' own messages. */
export function enableCommand(run: string): string {
  return `choirmaster enable --run ${run}`
}

export function reportOf(state: RunState): RunReport {
  const nodes: Record<string, NodeReport> = {}
  const left: Record<string, LeftDisabled> = {}
  const counts: Partial<Record<NodeResult, number>> = {}
  for (const node of state.nodes) {
    const name = state.plan.nodes[node.n] as string
    const report = nodeReport(state, node)
    nodes[name] = report
    counts[report.result] = (counts[report.result] ?? 0) + 1
    if (isLeftDisabled(node)) left[name] = leftDisabled(state, node, report)
  }
  const changed = codeChanged(nodes)
  const result = state.phase === 'ended' ? endingOf(state).result : 'running'
  return {
    schema: 'choirmaster.report/1',
    run: state.run,
    result,
    exit: exitOf(state, result),
    environment: state.plan.environment,
    ...(state.options.run.noop && { noop: true as const }),
    digest: state.plan.digest,
    caller: state.caller,
    lock_text: state.lockText,
    started: new Date(state.createdAt).toISOString(),
    ended: state.endedAt === null ? null : new Date(state.endedAt).toISOString(),
    reason: state.refused?.reason ?? state.stop?.reason ?? closedReason(state),
    policy: policyReport(state),
    counts,
    nodes,
    ...(changed !== undefined && { code_changed: changed }),
    left_disabled: left,
  }
}

/** Why some applications were not gone on with; null: all were. */
function closedReason({ failures }: RunState): string | null {
  return failures.closed.size === 0 ? null : failures.spent.map(arithmetic).join('; ')
}

function policyReport({ options, failures, refused }: RunState): PolicyReport {
  const { scope, onFailure, maxFailures, retries } = options.failures ?? DEFAULT_FAILURES
  return {
    scope,
    on_failure: onFailure,
    max_failures: maxFailures,
    retries,
    ...(options.until !== undefined && { until: options.until }),
    // What a run was refused for is no failure that a budget counts.
    spent: refused === null ? [...failures.spent] : [],
  }
}

function nodeReport(state: RunState, node: NodeState): NodeReport {
  const { outcome } = node
  return {
    result: outcome?.result ?? 'unknown',
    lock: lockOf(node),
    reason: outcome?.reason ?? 'the run has not ended',
    code: outcome?.code ?? 'run-not-ended',
    evidence: outcome?.evidence ?? {},
    warnings: [...(outcome?.warnings ?? []), ...strangers(node)],
    attempts: node.attempts,
    because:
      outcome?.because === null || outcome === null
        ? null
        : (state.plan.nodes[outcome.because] ?? null),
    seconds:
      node.startedAt === null || node.endedAt === null
        ? null
        : Math.round((node.endedAt - node.startedAt) / 1000),
  }
}

/** What others did to the node meanwhile. */
function strangers(node: NodeState): readonly string[] {
  return [
    ...(node.raced ? ['raced: somebody else changed its lock while we held it'] : []),
    ...(node.overrun
      ? ['overrun: another run began before it was disabled again; what that run left was judged']
      : []),
  ]
}

function leftDisabled(state: RunState, node: NodeState, report: NodeReport): LeftDisabled {
  const reason = node.kept ?? `${report.result}: ${report.reason}`
  if (report.lock === 'foreign') {
    const text = node.last?.message ?? ''
    return {
      lock: 'foreign',
      reason: `disabled by somebody else: "${text}"`,
      command: 'ask who disabled it',
    }
  }
  // One that was taken over carries the earlier run's message until it is enabled for its run.
  const isCarried = report.lock === 'ours' || node.attempts === 0
  const earlier = isCarried ? adoptedRun(state.adopts, node.last?.message) : undefined
  const holder = earlier ?? state.run
  return { lock: report.lock, reason, command: enableCommand(holder) }
}
