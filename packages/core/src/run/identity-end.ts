import type { Moment } from '../ports/clock.js'
import { errorMaker, type ErrorTable } from '../errors/coded-error.js'
import type { Notice } from '../providers/common.js'
import type { EngineOptions } from './options.js'
import type { RunPlan } from './run-plan.js'

export const identityErrors = {
  'run-identity-ends': {
    title: 'The certificate or token ends before one node could be seen through',
    hint: 'Renew it (`choria enroll`, `choria login`), or lower limits.run where runs are known to be short.',
    exit: 3,
  },
} as const satisfies ErrorTable

const fail = errorMaker(identityErrors)

/**
 * A run whose certificate or token ends cannot watch, disable or enable its nodes any more: servers drop what it
 * signs. So it is not begun where it would end within the limit of a single node's run, and a warning tells where it
 * would end within what the groups may take one after the other.
 * @param validUntil absent: whoever reaches the nodes does not end
 * @throws CodedError `run-identity-ends`
 */
export function checkIdentityEnd(
  validUntil: Moment | undefined,
  now: Moment,
  { groups }: Pick<RunPlan, 'groups'>,
  { limits }: Pick<EngineOptions, 'limits'>,
): Notice | undefined {
  if (validUntil === undefined) return undefined
  const left = validUntil - now
  const until = new Date(validUntil).toISOString()
  if (left < limits.run) {
    throw fail('run-identity-ends', {
      message: `Who we are to the nodes is valid only until ${until}, and a node's run may take until ${new Date(now + limits.run).toISOString()}`,
      place: 'limits.run',
    })
  }
  const most = groups.length * limits.run
  if (left >= most) return undefined
  const message = `Who we are to the nodes is valid only until ${until}; by its limits the run may last until ${new Date(now + most).toISOString()}, and from then on it loses its nodes`
  return { level: 'warning', code: 'run-identity-ends', message }
}
