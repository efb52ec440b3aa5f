import type { Attempt, RunReportFacts, Verdict } from '@choirmaster/core/provide'
import type { Rule } from './rule.js'

/** A run of ours with the report that a witness has of it. */
export interface Reported {
  readonly attempt: Attempt
  readonly report: RunReportFacts
  /** What the node's own record says; undefined: it could not be read. */
  readonly own: Pick<Verdict, 'result' | 'code'> | undefined
}

/** Failures that a report tells of; where the node's own record shows one already, that one stands. */
const FAILURES: readonly Rule<Reported>[] = [
  {
    code: 'puppet-report-stale',
    result: 'failed',
    title: 'By its report the run applied a cached catalog, not the current code',
    applies: ({ report: { cached } }) =>
      cached === 'on_failure' || cached === 'explicitly_requested'
        ? `its report says that a cached catalog was applied (${cached}), not the current code`
        : undefined,
  },
  {
    code: 'puppet-report-failed',
    result: 'failed',
    title: 'By its report the run failed',
    applies: ({ report }) =>
      report.status === 'failed'
        ? 'its report says that it failed: resources, the catalog, or an interrupt'
        : undefined,
  },
  {
    code: 'puppet-report-noop',
    result: 'failed',
    title: 'By its report the run only pretended, though noop was not asked for',
    applies: ({ attempt, report }) =>
      report.noop && !attempt.options.noop
        ? 'its report says that it only pretended: noop is set on the node'
        : undefined,
  },
  {
    code: 'puppet-report-command',
    result: 'failed',
    title: 'By the log of its report the prerun or postrun command failed',
    applies: ({ report }) =>
      (report.failedCommands ?? 0) > 0
        ? 'the log of its report says that the prerun or postrun command of the node failed'
        : undefined,
  },
  {
    code: 'puppet-report-skipped',
    result: 'failed',
    title: 'By the counts of its report all resources were skipped',
    applies: ({ report: { allSkipped } }) =>
      allSkipped === true
        ? 'the counts of its report say that all resources were skipped; tags in the puppet.conf of the node do that'
        : undefined,
  },
  {
    code: 'puppet-report-environment',
    result: 'failed',
    title: 'By its report the run ended in another environment than the one that was enforced',
    applies: ({ attempt, report: { environment } }) => {
      const asked = attempt.options.environment
      return asked !== undefined && environment !== null && environment !== asked
        ? `its report is of environment ${environment}, not ${asked}`
        : undefined
    },
  },
]

/**
 * What a good report proves that the node's own record leaves open. Not that an old Puppet applied its catalog to the
 * end, nor anything of a node whose clock was set: reports have its times.
 */
const RESOLVED: ReadonlySet<string> = new Set([
  'puppet-logs-unreadable',
  'puppet-environment-unproven',
  'puppet-counts-missing',
])

/** Whether the node's own record was read, and its counts, so that it shows what was skipped. */
function isCounted({ own }: Reported): boolean {
  return own !== undefined && own.code !== 'puppet-counts-missing'
}

const PROOFS: readonly Rule<Reported>[] = (['changed', 'unchanged'] as const).map((status) => ({
  code: `puppet-report-${status}`,
  result: status,
  title: `The node's own record leaves it open; by its report the run succeeded (${status})`,
  applies: (reported) => {
    const { attempt, report, own } = reported
    const open = own === undefined || RESOLVED.has(own.code)
    const there = attempt.options.environment === undefined || report.environment !== null
    const whole =
      report.cached !== null &&
      report.failedCommands !== null &&
      (report.allSkipped !== null || isCounted(reported))
    return open && there && whole && report.status === status
      ? `its report says ${status}, with a fresh catalog`
      : undefined
  },
}))

/** What is to be known of a verdict by a report that does not tell all that the node's own record would. */
export function unseenIn(reported: Reported): readonly string[] {
  const { report, own } = reported
  const needed = own === undefined || RESOLVED.has(own.code)
  if (!needed || report.status === 'failed') return []
  const { status, failedCommands, allSkipped } = report
  const unseen: string[] = []
  if (failedCommands === null) {
    unseen.push(
      `its report says ${status}, but the log of that does not tell whether the postrun command failed`,
    )
  } else if (failedCommands === undefined) {
    unseen.push(
      `its report says ${status}, but its log was not read: that the postrun command failed would not show`,
    )
  }
  if (typeof allSkipped !== 'boolean' && !isCounted(reported)) {
    unseen.push(
      `its report says ${status}, but its counts ${allSkipped === null ? 'do not tell' : 'were not read'}: that all resources were skipped would not show`,
    )
  }
  return unseen
}

/** Rows for runs that a witness has a report of; none fits: the node's own record decides. */
export const reportRules: readonly Rule<Reported>[] = [...FAILURES, ...PROOFS]
