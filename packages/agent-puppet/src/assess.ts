import type { Finding, Look, RunOptions } from '@choirmaster/core/provide'
import { type FindingCode, lookFindings } from './findings.js'
import { ENDINGS } from './verdict/endings.js'
import { fromJson } from './verdict/facts.js'
import { useOfLog } from './verdict/log-use.js'
import { firstOf } from './verdict/rule.js'
import { shorten } from './values.js'

/** Whole seconds on both sides of a comparison. */
const TOLERANCE_S = 2

/**
 * What the look says of a node beyond its status: which nodes fail already, cannot be proven, deny us, or cannot take
 * the options. All findings at once; empty: nothing speaks against it. Disabled and busy nodes show in the status, and
 * whoever asked sorts them.
 *
 * Not told: whether a node runs Windows, which reports every disabled node as idle. No answer of the agent names the
 * platform, so such nodes must be kept out by other means.
 * @param environment that of the graph
 */
export function assess(look: Look, options: RunOptions, environment: string): readonly Finding[] {
  return [
    ...clock(look),
    ...lastRun(look, options.environment, environment),
    ...allowed(look),
    ...daemon(look, options),
  ]
}

function found(code: FindingCode, detail = ''): Finding {
  const { title, hint, blocks } = lookFindings[code]
  return { code, message: detail === '' ? title : `${title}: ${detail}`, hint, blocks }
}

function clock({ status }: Look): Finding[] {
  return status.lastRun > status.now + TOLERANCE_S ? [found('look-clock')] : []
}

function lastRun(
  { status, evidence }: Look,
  enforced: string | undefined,
  expected: string,
): Finding[] {
  if (evidence === undefined) return []
  if (!evidence.ok) return [found('look-summary-unreadable', evidence.problem.message)]
  const facts = fromJson(evidence.value.facts)
  if (facts === undefined) return [found('look-summary-unreadable')]
  // A node that never ran has nothing to show, and its first run will.
  const { readable } = facts.logs
  if (facts.lastRun === 0) return readable ? [] : [found('look-not-provable')]
  const { findings, unproven } = useOfLog(facts, facts.lastRun - (facts.seconds ?? 0) - TOLERANCE_S)
  const ended = firstOf(ENDINGS, { facts, findings })
  const result: Finding[] = []
  if (ended !== undefined) result.push(found('look-failing', ended.reason))
  // A run that ended early need not log its end; one that applies, or ended after the status, is just about to write its log.
  const isWritten = !status.applying && facts.lastRun === status.lastRun
  const mustProve = ended === undefined && isWritten
  if (!readable || (mustProve && unproven !== undefined)) {
    result.push(found('look-not-provable', `the log of its last run: ${unproven ?? ''}`))
  }
  const { environment } = facts
  if (enforced !== undefined) {
    // Older Puppet enforces it as well, but nothing it records would show that.
    if (environment === null) result.push(found('look-not-provable', NO_ENVIRONMENT))
  } else if (environment !== null && environment !== expected) {
    result.push(found('look-environment-differs', `${shorten(environment, 50)}, not ${expected}`))
  }
  return result
}

const NO_ENVIRONMENT = 'its Puppet, older than 6.25 or 7.10, does not record its environment'

function allowed({ permissions }: Look): Finding[] {
  if (permissions === undefined) return []
  if (!permissions.ok) {
    const acted = permissions.problem.code === 'node-probe-acted'
    return [
      acted
        ? found('look-probe-acted')
        : found('look-permissions-unknown', permissions.problem.message),
    ]
  }
  const { disable, run } = permissions.value
  const result: Finding[] = []
  if (disable === 'denied') result.push(found('look-disable-denied'))
  if (run === 'denied') result.push(found('look-run-denied'))
  if (disable === 'unknown' || run === 'unknown') result.push(found('look-permissions-unknown'))
  return result
}

/**
 * `runonce` signals a daemon that is idle and refuses it any option, unless the plugin setting signal_daemon is off,
 * which no answer tells; a daemon that applies now is idle when its turn comes.
 */
function daemon({ status }: Look, { noop, environment }: RunOptions): Finding[] {
  const asked = [noop ? '--noop' : '', environment === undefined ? '' : '--enforce-environment']
  const options = asked.filter((option) => option !== '')
  return status.daemon && options.length > 0
    ? [found('look-daemon-options', options.join(', '))]
    : []
}
