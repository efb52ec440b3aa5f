import type { LastRunFacts } from './facts.js'
import type { LogFinding } from './log-findings.js'
import { isOfRecord } from './record.js'

/** What a log is good for. */
export interface LogUse {
  /** Of this run; empty where the log is of another one or cannot be read. */
  readonly findings: readonly LogFinding[]
  /** Resources whose refresh this run only pretended. */
  readonly wouldRefresh: number
  /** Why it does not prove a fresh catalog; undefined where it does. */
  readonly unproven: string | undefined
}

/**
 * Whether the log that was read is of the run that is asked for, and proves a fresh catalog. It does so by what is
 * missing in it, so it must be shown that the words would have been there: a run that applied its catalog says so, unless
 * the node logs in another language or only warnings.
 * @param from the run's log ends at or after this, seconds of the node's clock.
 */
export function useOfLog(facts: LastRunFacts, from: number): LogUse {
  const { logs } = facts
  if (!logs.readable) return useless(`it cannot be read (${logs.why})`)
  if (logs.lines === 0) return useless('it is empty')
  if (logs.to < from || !isOfRecord(facts)) return useless('it is of another run')
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
