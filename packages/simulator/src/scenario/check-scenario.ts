import { boundProblems, checkAgainst, didYouMean, type Path } from '@choirmaster/core'
import type { Problem } from '@choirmaster/core/provide'
import { fail } from '../errors.js'
import { FAULTS } from '../faults/registry.js'
import { matcher } from '../fleet/rules.js'
import { scenarioSchema } from './scenario.schema.js'
import type { Scenario } from './scenario.js'

/**
 * A scenario that is known to be good.
 * @param place where a path stands, for people: `scenario.yaml:3:5`
 * @throws CodedError `scenario-invalid`, `scenario-unknown-node` with all findings
 */
export async function checkScenario(
  value: unknown,
  place?: (path: Path) => string,
): Promise<Scenario> {
  const options = { code: 'scenario-invalid', ...(place && { place }) }
  const problems = await checkAgainst(scenarioSchema, value, options)
  if (problems.length > 0) {
    const named = [...unknownFaults(value, place), ...problems.filter(isNotUnknownFault)]
    throw fail('scenario-invalid', boundProblems(named))
  }
  const scenario = value as Scenario
  if (scenario.start !== undefined && !isMoment(scenario.start)) {
    const problem: Problem = {
      code: 'scenario-invalid',
      message: `There is no such time: ${scenario.start}`,
      place: place?.(['start']) ?? '$.start',
    }
    throw fail('scenario-invalid', boundProblems([problem]))
  }
  const strangers = unknownNodes(scenario, place)
  if (strangers.length > 0) throw fail('scenario-unknown-node', boundProblems(strangers))
  return scenario
}

const isMoment = (start: string): boolean => start === 'now' || !Number.isNaN(Date.parse(start))
const isNotUnknownFault = ({ message }: Problem): boolean =>
  !message.endsWith('is missing or names no known kind')

/** Faults whose name is unknown, with what was probably meant. */
function unknownFaults(value: unknown, place?: (path: Path) => string): readonly Problem[] {
  const nodes: unknown = (value as { readonly nodes?: unknown } | null)?.nodes
  if (typeof nodes !== 'object' || nodes === null) return []
  return Object.entries(nodes as Readonly<Record<string, unknown>>).flatMap(([pattern, faults]) => {
    if (!Array.isArray(faults)) return []
    return faults.flatMap((entry: unknown, index): readonly Problem[] => {
      if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) return []
      const { fault } = entry as { readonly fault?: unknown }
      if (fault === undefined || (typeof fault === 'string' && FAULTS.has(fault))) return []
      const near = typeof fault === 'string' ? didYouMean(fault, FAULTS.keys()) : undefined
      return [
        {
          code: 'scenario-invalid',
          message: `There is no fault ${JSON.stringify(fault)} (node ${pattern})`,
          place:
            place?.(['nodes', pattern, index, 'fault']) ??
            `$.nodes[${JSON.stringify(pattern)}][${index}]`,
          ...(near === undefined ? {} : { hint: near }),
        },
      ]
    })
  })
}

function unknownNodes(scenario: Scenario, place?: (path: Path) => string): readonly Problem[] {
  const { fleet } = scenario
  if (fleet === undefined) return []
  return Object.keys(scenario.nodes ?? {}).flatMap((pattern): readonly Problem[] => {
    if (fleet.some(matcher(pattern))) return []
    const near = didYouMean(pattern, fleet)
    return [
      {
        code: 'scenario-unknown-node',
        message: pattern.includes('*')
          ? `No node of the fleet matches "${pattern}"`
          : `The fleet has no node ${pattern}`,
        place: place?.(['nodes', pattern]) ?? `$.nodes[${JSON.stringify(pattern)}]`,
        ...(near === undefined ? {} : { hint: near }),
      },
    ]
  })
}
