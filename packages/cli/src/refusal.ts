import type { CodedError, RunReport } from '@choirmaster/core'
import { fail } from './errors.js'

/**
 * Why nothing was touched, as an error; undefined for a run that was not refused.
 * @param shown whether what the look found was printed already, so that the error need not repeat it
 */
export function refusal(report: RunReport, shown: boolean): CodedError | undefined {
  if (report.result !== 'refused') return undefined
  const refused = Object.entries(report.nodes).filter(([, { result }]) => result === 'refused')
  const declined = Object.values(report.nodes).some(({ code }) => code === 'run-declined')
  const [first] = refused
  return fail(declined ? 'run-declined' : 'run-refused', {
    message: declined
      ? 'Not confirmed: nothing was touched'
      : `The run is refused, nothing was touched: ${report.reason ?? 'a node is not ready'}`,
    place: first?.[0] ?? report.environment,
    problems: shown
      ? []
      : refused.map(([place, { code, reason }]) => ({ code, message: reason, place })),
  })
}
