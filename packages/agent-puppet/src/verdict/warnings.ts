import type { Verdict } from '@choirmaster/core/provide'
import { type Case, finding, plural } from './rule.js'

/**
 * What does not decide but should be seen: a sentence each, equal lines counted, so that 18 lines of Facter are one.
 * At most one a source of log lines and a handful more.
 */
export function warningsOf(c: Case, result: Verdict['result']): readonly string[] {
  if (result === 'again' || result === 'foreign') return []
  const { attempt, facts, findings } = c
  const warnings: string[] = []
  if (finding(c, 'stale') !== undefined && (facts.failed ?? 0) > 0) {
    warnings.push('the catalog was a cached one, not the current code')
  }
  for (const { kind, source, count } of findings) {
    if (kind !== 'error') continue
    // Resources that failed log their errors, and Puppet itself logs them a second time: no news then.
    if (source === 'Facter' || (facts.failed ?? 0) === 0) {
      warnings.push(`${plural(count, 'error line')} in the log from ${FROM[source]}`)
    }
  }
  const { skipped, total } = facts
  if (skipped !== null && skipped > 0 && skipped !== total) {
    warnings.push(`${plural(skipped, 'resource')} of ${total} skipped`)
  }
  if (attempt.options.noop && (facts.changed ?? 0) > 0) {
    warnings.push(`${plural(facts.changed ?? 0, 'resource')} changed although noop was asked for`)
  }
  return warnings
}

const FROM = {
  Puppet: 'Puppet',
  Facter: 'Facter',
  resource: 'resources',
  'plugin sync': 'plugin sync',
  other: 'elsewhere',
} as const
