import type { Problem } from '../errors/coded-error.js'
import { MOST_PROBLEMS, problemOf, type CheckOptions } from '../schema/check-against.js'
import type { Path } from '../schema/json-path.js'
import type { Schema } from '../schema/schema.js'
import type { Validator } from '../schema/validator.js'
import { environmentParts as parts } from './environment.schema.js'

/**
 * What is wrong with a document that is no environment, piece by piece: as soon as there are 50 problems the
 * rest is only counted.
 * @returns the problems and how many more there are at least.
 */
export function collectProblems(
  validator: Validator,
  document: unknown,
  locate?: (path: Path) => string,
): { problems: Problem[]; more: number } {
  const options: CheckOptions = {
    code: 'environment-invalid',
    ...(locate !== undefined && { place: locate }),
  }
  const problems: Problem[] = []
  let more = 0
  const check = (part: Schema<unknown>, value: unknown, path: Path): void => {
    if (validator.isValid(part, value)) return
    if (problems.length >= MOST_PROBLEMS) {
      more++
      return
    }
    const found = validator.violations(part, value)
    const taken = found.slice(0, MOST_PROBLEMS - problems.length)
    more += found.length - taken.length
    for (const one of taken) problems.push(problemOf(one, [...path, ...one.path], options))
  }

  check(parts.head, document, [])
  for (const [name, application] of entries(document, 'applications')) {
    check(parts.names, { [name]: null }, ['applications'])
    if (!isRecord(application)) check(parts.names, application, ['applications', name])
    for (const [reference, component] of Object.entries(isRecord(application) ? application : {})) {
      const path = ['applications', name, reference]
      check(parts.names, { [reference]: null }, path.slice(0, 2))
      check(parts.component, component, path)
      for (const list of ['produces', 'consumes']) {
        for (const [index, item] of items(component, list)) {
          check(parts.capability, item, [...path, list, index])
        }
      }
    }
  }
  for (const [index, edge] of items(document, 'edges')) check(parts.edge, edge, ['edges', index])
  return { problems, more }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function entries(value: unknown, key: string): [string, unknown][] {
  const inner = isRecord(value) ? value[key] : undefined
  return isRecord(inner) ? Object.entries(inner) : []
}

function items(value: unknown, key: string): Iterable<[number, unknown]> {
  const inner = isRecord(value) ? value[key] : undefined
  return Array.isArray(inner) ? inner.entries() : []
}
