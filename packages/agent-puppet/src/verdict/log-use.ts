import type { LastRunFacts } from './facts.js'
import type { LogFinding } from './log-findings.js'

/** What a log is good for. */
export interface LogUse {
  /** Of this run; empty where the log is of another one or cannot be read. */
  readonly findings: readonly LogFinding[]
  /** Resources whose refresh this run only pretended. */
  readonly wouldRefresh: number
  /** Why it does not prove a fresh catalog; undefined where it does. */
  readonly unproven: string | undefined
}

/** Whole seconds, and the line that Puppet logs while it writes the summary: a log may reach 1 s past its run. */
const AFTER_S = 1

/**
 * Whether the log that was read is of the run that the summary is of. Puppet writes the summary before it sends its
 * report and the log after that, so that for seconds the new counts stand beside the old log; with `report = false`,
 * and on Puppet before 6.25 and 7.11 when sending failed, for ever.
 *
 * A log proves a fresh catalog by what is missing in it, so it must be shown that the words would have been there: a
 * run that applied its catalog says so, unless the node logs in another language or only warnings.
 * @param from the run's log ends at or after this, seconds of the node's clock.
 */
export function useOfLog(facts: LastRunFacts, from: number): LogUse {
  const { logs, lastRun } = facts
  if (!logs.readable) return useless(`it cannot be read (${logs.why})`)
  if (logs.lines === 0) return useless('it is empty')
  if (logs.to < from || logs.to > lastRun + AFTER_S) return useless('it is of another run')
  const proven = logs.findings.some((found) => found.kind === 'applied')
  return {
    findings: logs.findings,
    wouldRefresh: logs.wouldRefresh ?? 0,
    unproven: proven
      ? undefined
      : 'it lacks the line "Applied catalog in …", as with another language or log level',
  }
}

const useless = (unproven: string): LogUse => ({ findings: [], wouldRefresh: 0, unproven })
