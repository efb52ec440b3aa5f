import type { Effect } from '@choirmaster/core/provide'
import type { NodeProblemCode } from '../errors.js'

/** A row of the table that reads error replies; the first that fits wins. */
export interface Refusal {
  /** Statuscodes: 1 aborted, 2 unknown action, 3 missing data, 4 invalid data, 5 unhandled exception. */
  readonly codes: readonly number[]
  /** Looked for in the statusmsg; absent: any. */
  readonly text?: RegExp
  /** Looked for in the reply's `status`, which the agent fills before it can fail; absent: any. */
  readonly status?: RegExp
  readonly problem: NodeProblemCode
  /** Of a change; a question never has one. */
  readonly effect: Effect
}

/**
 * Before an action's own rows. Authorisation is judged before inputs and inputs before the deed, so that these
 * prove that nothing was done. Texts are anchored: `runonce` quotes the operator's disable message, which may say anything.
 */
export const BEFORE_THE_DEED: readonly Refusal[] = [
  {
    codes: [1],
    text: /^you are not authorized to call this agent or action/i,
    problem: 'node-denied',
    effect: 'none',
  },
  { codes: [2], problem: 'node-unknown-action', effect: 'none' },
  { codes: [3, 4], problem: 'node-input-refused', effect: 'none' },
  // An external agent's answer to what the Ruby agent calls statuscode 4.
  { codes: [1], text: /^Validation failed/, problem: 'node-input-refused', effect: 'none' },
]

/** After an action's own rows. */
export const FAILURES: readonly Refusal[] = [
  {
    codes: [1, 5],
    text: /Cannot manage Puppet version/,
    problem: 'node-puppet-unsupported',
    effect: 'none',
  },
  {
    codes: [1],
    text: /^(Choria MCollective Compatibility Layer failed|Cannot decode output from Shim|Cannot call Ruby action)/,
    problem: 'node-shim-failed',
    effect: 'maybe',
  },
  // Ruby's JSON library on a lock that is empty or holds no JSON.
  {
    codes: [5],
    text: /unexpected (token|character|end of)|JSON/,
    problem: 'node-lock-unreadable',
    effect: 'maybe',
  },
  // An empty summary; a broken one: "(FILE): did not find … at line 1 column 2".
  {
    codes: [5],
    text: /no implicit conversion of \S+ into Hash|^\(.*\): .* at line \d+ column \d+/,
    problem: 'node-summary-unreadable',
    effect: 'maybe',
  },
  { codes: [1, 5], problem: 'node-agent-error', effect: 'maybe' },
]
