import type { Attempt, NodeStatus, Verdict } from '@choirmaster/core/provide'
import type { LastRunFacts } from './facts.js'
import type { LogFinding, LogKind } from './log-findings.js'

/** What a run's end shows, whoever asked for the run. */
export interface Ending {
  readonly facts: LastRunFacts
  /** Of the run's own log; empty where that cannot be read. */
  readonly findings: readonly LogFinding[]
}

/** A run of ours that is to be judged. */
export interface Case extends Ending {
  readonly attempt: Attempt
  /** The status after the run ended and the node was disabled again. */
  readonly settled: NodeStatus
  /** Resources whose refresh was only pretended, by the run's own log. */
  readonly wouldRefresh: number
  /** Why the log proves nothing; undefined where it does. */
  readonly unproven: string | undefined
}

/** A row of the verdict table. */
export interface Rule<C> {
  readonly code: string
  readonly result: Verdict['result']
  /** One line for the table in the docs. */
  readonly title: string
  /** A sentence for the operator where the row fits, else undefined. */
  applies(c: C): string | undefined
}

/** The first row that fits. */
export function firstOf<C>(
  rules: readonly Rule<C>[],
  c: C,
): { readonly rule: Rule<C>; readonly reason: string } | undefined {
  for (const rule of rules) {
    const reason = rule.applies(c)
    if (reason !== undefined) return { rule, reason }
  }
  return undefined
}

export function finding(ending: Ending, kind: LogKind): LogFinding | undefined {
  return ending.findings.find((found) => found.kind === kind)
}

/** `1 resource`, `2 resources`. */
export function plural(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? '' : 's'}`
}
