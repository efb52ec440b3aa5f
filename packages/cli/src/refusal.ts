import { type CodedError, errorMaker, runCodes, type RunReport } from '@choirmaster/core'
import { fail } from './errors.js'

/** The engine's own word for it. */
const failDeclined = errorMaker({ 'run-declined': runCodes['run-declined'] })

/**
 * Why nothing was touched, as an error; undefined for a run that was not refused.
 * @param shown whether what the look found was printed already, so that the error need not repeat it
 */
export function refusal(report: RunReport, shown: boolean): CodedError | undefined {
  if (report.result !== 'refused') return undefined
  const refused = Object.entries(report.nodes).filter(([, { result }]) => result === 'refused')
  const declined = Object.values(report.nodes).some(({ code }) => code === 'run-declined')
  if (declined) {
    return failDeclined('run-declined', {
      message: 'Not confirmed: nothing was touched',
      place: report.environment,
    })
  }
  const [first] = refused
  return fail('run-refused', {
    message: `The run is refused, nothing was touched: ${report.reason ?? 'a node is not ready'}`,
    place: first?.[0] ?? report.environment,
    problems: shown
      ? []
      : refused.map(([place, { code, reason }]) => ({ code, message: reason, place })),
  })
}
