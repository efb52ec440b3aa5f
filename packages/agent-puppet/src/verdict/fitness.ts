import type { Case, Rule } from './rule.js'
import { finding, plural } from './rule.js'

/** The run came to its end without a failure: did it do what was asked, and is that proven? */
export const FITNESS: readonly Rule<Case>[] = [
  {
    code: 'puppet-noop',
    result: 'failed',
    title: 'The node only pretended, though noop was not asked for',
    applies: (c) =>
      !c.attempt.options.noop && pretended(c) > 0
        ? `${plural(pretended(c), 'change')} only pretended: noop is set on the node or in its code`
        : undefined,
  },
  {
    code: 'puppet-noop-ignored',
    result: 'failed',
    title: 'The node changed resources and pretended none, though noop was asked for',
    applies: (c) =>
      c.attempt.options.noop && (c.facts.changed ?? 0) > 0 && pretended(c) === 0
        ? `${plural(c.facts.changed ?? 0, 'resource')} changed though noop was asked for: a run of somebody else, or noop => false in its code`
        : undefined,
  },
  {
    code: 'puppet-all-skipped',
    result: 'failed',
    title: 'All resources were skipped',
    applies: ({ facts }) =>
      facts.skipped !== null && facts.skipped > 0 && facts.skipped === facts.total
        ? 'all resources were skipped; tags in the puppet.conf of the node do that'
        : undefined,
  },
  {
    code: 'puppet-environment-differs',
    result: 'failed',
    title: 'The run ended in another environment than the one that was enforced',
    applies: ({ attempt, facts }) => {
      const asked = attempt.options.environment
      if (asked === undefined || facts.environment === null || facts.environment === asked) return
      return `the run ended in environment ${facts.environment}, not in ${asked}; the server's node classifier decides`
    },
  },
  {
    code: 'puppet-end-unproven',
    result: 'unknown',
    title: 'Nothing proves that the catalog was applied to its end (Puppet before 5.5)',
    applies: (c) =>
      c.facts.applied || finding(c, 'applied') !== undefined
        ? undefined
        : `nothing proves that the catalog was applied to its end: this Puppet records it in the log only, and ${c.unproven}`,
  },
  {
    code: 'puppet-environment-unproven',
    result: 'unverified',
    title:
      'Nothing proves that the run used the enforced environment (Puppet before 6.25 and 7.10)',
    applies: ({ attempt, facts }) =>
      attempt.options.environment !== undefined && facts.environment === null
        ? 'the run looks good, but this Puppet does not record its environment, so that the enforced one was used is not proven'
        : undefined,
  },
  {
    code: 'puppet-logs-unreadable',
    result: 'unverified',
    title: 'The run looks good, but no log proves that its catalog was fresh',
    applies: ({ unproven }) =>
      unproven === undefined
        ? undefined
        : `the run looks good, but its log does not prove that the catalog was fresh: ${unproven}`,
  },
]

/** What is left is success: positively ended, fresh, without failures. */
export const SUCCESS: readonly Rule<Case>[] = [
  {
    code: 'puppet-changed',
    result: 'changed',
    title: 'The run succeeded and changed resources',
    applies: ({ facts }) =>
      (facts.changed ?? 0) > 0 ? `${plural(facts.changed ?? 0, 'resource')} changed` : undefined,
  },
  {
    code: 'puppet-unchanged',
    result: 'unchanged',
    title: 'The run succeeded and had nothing to change',
    applies: (c) =>
      c.attempt.options.noop && pretended(c) > 0
        ? `${plural(pretended(c), 'change')} would be made`
        : 'nothing was to be changed',
  },
]

/** The summary counts properties only: a service that would have been refreshed stands in the log alone. */
function pretended({ facts, wouldRefresh }: Case): number {
  return (facts.noops ?? 0) + wouldRefresh
}
