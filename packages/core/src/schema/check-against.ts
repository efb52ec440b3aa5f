import type { Problem } from '../errors/coded-error.js'
import { jsonPath, type Path } from './json-path.js'
import type { Schema } from './schema.js'
import { loadValidator } from './validator.js'
import type { Violation } from './violations.js'

/** More problems than these at once help nobody. */
export const MOST_PROBLEMS = 50

export interface CheckOptions {
  /** Code of each problem. */
  readonly code: string
  /** Where a path is, for people; without it `$.nodes[0].name`. A document with lines gives `file:line:column`. */
  readonly place?: (path: Path) => string
}

/**
 * All that is wrong with a value, in the schema's order; empty when it is valid. Not bounded: `boundProblems`
 * cuts the list. For documents of a size that a person writes; parseEnvironment has its own way with big ones.
 */
export async function checkAgainst(
  schema: Schema<unknown>,
  value: unknown,
  options: CheckOptions,
): Promise<Problem[]> {
  const validator = await loadValidator()
  return validator
    .violations(schema, value)
    .map((violation) => problemOf(violation, violation.path, options))
}

/** A violation as a problem: message and place both name where, as a place may be a line only. */
export function problemOf(violation: Violation, path: Path, options: CheckOptions): Problem {
  const here = jsonPath(path)
  return {
    code: options.code,
    message: `${here} ${violation.message}`,
    place: options.place?.(path) ?? here,
    ...(violation.hint !== undefined && { hint: violation.hint }),
  }
}

/**
 * What an error needs to speak of several problems: `message` of the first and how many more, the first 50 of them.
 * @param more how many there are at least that were not collected.
 */
export function boundProblems(
  problems: readonly Problem[],
  more = 0,
): { message: string; problems: readonly Problem[]; more: number; place?: string; hint?: string } {
  const shown = problems.slice(0, MOST_PROBLEMS)
  const first = shown[0]
  const others = problems.length - 1 + more
  const count = `${more > 0 ? 'at least ' : ''}${others} more ${others === 1 ? 'problem' : 'problems'}`
  const tail = others > 0 ? ` (and ${count})` : ''
  return {
    message: `${first?.message ?? ''}${tail}`,
    problems: shown,
    more: problems.length - shown.length + more,
    ...(first?.place !== undefined && { place: first.place }),
    ...(first?.hint !== undefined && { hint: first.hint }),
  }
}
