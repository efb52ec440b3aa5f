import { boundProblems, type PlanChange } from '@choirmaster/core'
import { fail } from './errors.js'

/**
 * The error for a plan that does not fit its site any more. A single change is said in the message, as lists of one are
 * not printed.
 * @param since what happened when the site was as planned
 */
export function siteChanged(
  code: 'planfile-outdated' | 'resume-changed',
  since: string,
  changes: readonly PlanChange[],
  place: string,
): Error {
  const [only] = changes.length === 1 ? changes : []
  return fail(code, {
    ...boundProblems(changes.map(({ message }) => ({ code, message }))),
    message: `The site has changed since ${since}${only ? `: ${only.message.replace(/\.$/, '')}` : ''}`,
    place,
  })
}
